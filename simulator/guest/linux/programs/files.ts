import { bundleNamed } from '../../bundles.ts';
import { fileText, isFolder } from '../files.ts';
import { absolute, done, fails } from '../shell.ts';
import type { Program, Ran, Shell } from '../shell.ts';

/** What works on files. */
export const filePrograms: readonly (readonly [string, Program])[] = [
  ['cat', cat],
  ['mkdir', mkdir],
  ['rm', rm],
  ['chmod', () => done()],
  ['chown', () => done()],
  ['tee', tee],
  ['ls', ls],
  ['tar', tar],
];

function cat(args: readonly string[], shell: Shell, input: string): Ran {
  if (args.length === 0) return done(input);
  const texts = args.map((path) => ({ path, text: fileText(shell, absolute(shell, path)) }));
  const missing = texts.find(({ text }) => text === undefined);
  const stdout = texts.map(({ text }) => text ?? '').join('');
  if (missing === undefined) return done(stdout);
  return { ...fails(1, `cat: ${missing.path}: No such file or directory`), stdout };
}

function mkdir(args: readonly string[], shell: Shell): Ran {
  for (const path of plain(args)) shell.guest.software.files.set(`${absolute(shell, path)}/.`, '');
  return done();
}

function rm(args: readonly string[], shell: Shell): Ran {
  const { files } = shell.guest.software;
  for (const path of plain(args).map((arg) => absolute(shell, arg))) {
    for (const file of [...files.keys()]) {
      if (file === path || file.startsWith(`${path}/`)) files.delete(file);
    }
  }
  return done();
}

function tee(args: readonly string[], shell: Shell, input: string): Ran {
  for (const path of plain(args)) shell.guest.software.files.set(absolute(shell, path), input);
  return done(input);
}

function ls(args: readonly string[], shell: Shell): Ran {
  const [path = '.'] = plain(args);
  const target = absolute(shell, path);
  if (fileText(shell, target) !== undefined) return done(`${path}\n`);
  if (!isFolder(shell, target)) return fails(2, `ls: cannot access '${path}': No such file or directory`);
  const names = [...shell.guest.software.files.keys()]
    .filter((file) => file.startsWith(`${target}/`) && !file.endsWith('/.'))
    .map((file) => file.slice(target.length + 1).split('/')[0] ?? '');
  return done([...new Set(names)].map((name) => `${name}\n`).join(''));
}

/** Unpacks: `tar -xzf file -C folder`. */
function tar(args: readonly string[], shell: Shell): Ran {
  const at = args.indexOf('-C');
  const folder = at === -1 ? shell.folder : absolute(shell, args[at + 1] ?? '.');
  const [file = ''] = plain(args).filter((arg) => arg !== args[at + 1] || at === -1);
  const bundle = bundleNamed(fileText(shell, absolute(shell, file)) ?? '');
  if (bundle === undefined) return fails(2, `tar: ${file}: Cannot open: No such file or directory`);
  for (const program of bundle.programs) {
    shell.guest.software.files.set(`${folder}/${program}`, `${bundle.name}/${program}`);
  }
  return done();
}

function plain(args: readonly string[]): string[] {
  return args.filter((arg) => !arg.startsWith('-'));
}
