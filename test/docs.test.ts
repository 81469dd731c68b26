import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { loadPlan } from '../plan/index.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const portage = async (...args: string[]) => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'cli/main.ts'), ...args]);
  return stdout;
};

/** Where findings are raised; every other code is one of attention. */
const raisingFindings = [
  ...filesIn('activities/preflight'),
  'activities/site-recovery/survey.ts',
  'activities/site-recovery/policy-drift.ts',
  'activities/site-recovery/providers/classic.ts',
];
const pages = [...filesIn('docs'), ...readdirSync(root)].filter((path) => path.endsWith('.md'));

test('every finding that the code raises has a section, and no other has one', () => {
  const raised = raisingFindings.flatMap((path) => all(read(path), /'([A-Z][A-Z0-9_]{4,})'/g));
  assert.deepEqual(sorted(all(read('docs/findings.md'), /^## (\S+)$/gm)), sorted(raised));
});

test('every finding that the docs name as accepted is one', () => {
  const known = new Set(all(read('docs/findings.md'), /^## (\S+)$/gm));
  const accepted = [...pages, ...filesIn('examples')].flatMap((path) =>
    all(read(path), /accept: \[([A-Z0-9_, ]+)\]/g).flatMap((codes) => codes.split(', ')),
  );
  assert.deepEqual(sorted(accepted.filter((code) => !known.has(code))), []);
});

test('every code of attention has a section in the runbook, and no other has one', () => {
  const sources = ['activities', 'workflows', 'worker'].flatMap(filesIn);
  const raised = sources
    .filter((path) => !raisingFindings.includes(path))
    .flatMap((path) => all(read(path), /\bcode: (?:[^,\n']*\?\? )?'(\w+)'(?=,|\s*[}\n])/g));
  const findings = new Set(all(read('docs/findings.md'), /^## (\S+)$/gm));
  assert.deepEqual(
    sorted(all(read('docs/operating.md'), /^### (\w+)$/gm)),
    sorted(raised.filter((code) => !findings.has(code))),
  );
});

test('every message that the runbook sends is one that the workflows take', () => {
  const sent = all(read('docs/operating.md'), /--name (\w+)/g);
  const defined = new Set(all(read('workflows/messages.ts'), /define(?:Signal|Update)[^(]*\('(\w+)'\)/g));
  assert.ok(sent.length > 0);
  assert.deepEqual(
    sent.filter((name) => !defined.has(name)),
    [],
  );
});

test('every command is described with just its options', async (t) => {
  const page = read('docs/cli.md');
  const commands = all(await portage('--help'), /^ {2}([a-z][a-z-]*) /gm).filter((name) => name !== 'help');
  assert.deepEqual(sorted(all(page, /^## portage (\S+)$/gm)), sorted(commands));
  for (const command of commands)
    await t.test(command, async () => {
      const section = page.split(`\n## portage ${command}\n`)[1]?.split('\n## ')[0] ?? '';
      const rows = section.split('\n').filter((line) => line.startsWith('| `--'));
      const described = rows.flatMap((row) => all(row.split(' | ')[0] ?? '', /--([a-z-]+)/g));
      const options = all(await portage(command, '--help'), /^ +(?:-\w, )?--([a-z-]+)/gm);
      assert.deepEqual(sorted(described), sorted(options.filter((name) => name !== 'help')));
    });
});

test('every variable that Portage reads is in the table of the configuration, and no other is', () => {
  const sources = ['worker', 'dev'].flatMap(filesIn);
  const isRead = sources.flatMap((path) => all(read(path), /\b(PORTAGE_[A-Z_]+)/g));
  const described = all(read('docs/real-account.md'), /^\| `(PORTAGE_\w+)`/gm);
  assert.deepEqual(sorted(described), sorted(isRead));
});

test('the plan of the first machine is a valid one', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'portage-docs-'));
  t.after(() => rm(folder, { recursive: true }));
  const [, block = ''] = /```yaml\n([^`]*)```/.exec(read('docs/real-account.md')) ?? [];
  const file = join(folder, 'first.yaml');
  await writeFile(file, block.replaceAll(/^ {3}/gm, ''));
  assert.equal((await loadPlan(file)).name, 'first');
});

test('every relative link leads to a file, and to a heading that is there', () => {
  const broken = pages.flatMap((page) =>
    links(page).flatMap((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return `${page}: ${link}: no such file`;
      const isThere = anchor === undefined || anchors(read(target)).includes(anchor);
      return isThere ? [] : `${page}: ${link}: no such heading`;
    }),
  );
  assert.deepEqual(broken, []);
});

test('every picture is shown on a page, and is smaller than 200 kB', () => {
  const pictures = filesIn('docs/images');
  const shown = new Set(pages.flatMap((page) => links(page).map((link) => join(dirname(page), link))));
  assert.ok(pictures.length > 0);
  assert.deepEqual(
    pictures.filter((path) => !shown.has(path) || statSync(join(root, path)).size > 200_000),
    [],
  );
});

/** Every file of a folder and of those in it, from the root. */
function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

/** What the first group of a pattern matched, each time. */
function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, group]) => group ?? []);
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

/** The links of a page that lead to the project's own files. */
function links(page: string): string[] {
  return all(withoutCode(read(page)), /\]\(([^)\s]+)\)/g).filter((link) => !/^https?:/.test(link));
}

/** The headings of a page as GitHub names them in links. */
function anchors(text: string): string[] {
  return all(withoutCode(text), /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[^]*?^```/gm, '');
}
