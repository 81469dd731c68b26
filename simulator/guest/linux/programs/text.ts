import { fileText } from '../files.ts';
import { absolute, done, fails } from '../shell.ts';
import type { Program, Ran, Shell } from '../shell.ts';

/** What works on text, from files or from a pipe. */
export const textPrograms: readonly (readonly [string, Program])[] = [
  [
    'head',
    (args, shell, input) => onLines(args, shell, input, 'head', (lines) => lines.slice(0, count(args))),
  ],
  ['tail', (args, shell, input) => onLines(args, shell, input, 'tail', (lines) => lines.slice(-count(args)))],
  ['sort', (args, shell, input) => onLines(args, shell, input, 'sort', (lines) => lines.toSorted())],
  ['grep', grep],
  ['sed', sed],
  ['wc', (args, shell, input) => onLines(args, shell, input, 'wc', (lines) => [String(lines.length)])],
];

type Texts = readonly { readonly path: string; readonly text: string | undefined }[];

function textsOf(paths: readonly string[], shell: Shell, input: string): Texts {
  if (paths.length === 0) return [{ path: '-', text: input }];
  return paths.map((path) => ({ path, text: fileText(shell, absolute(shell, path)) }));
}

function onLines(
  args: readonly string[],
  shell: Shell,
  input: string,
  name: string,
  work: (lines: readonly string[]) => readonly string[],
): Ran {
  const paths = args.filter((arg, at) => !arg.startsWith('-') && args[at - 1] !== '-n');
  const texts = textsOf(paths, shell, input);
  const missing = texts.find(({ text }) => text === undefined);
  if (missing !== undefined)
    return fails(1, `${name}: cannot open '${missing.path}' for reading: No such file or directory`);
  return written(work(linesOf(texts.map(({ text = '' }) => text).join(''))));
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function written(lines: readonly string[]): Ran {
  return done(lines.map((line) => `${line}\n`).join(''));
}

/** `-n 5` or `-5`; 10 when absent. */
function count(args: readonly string[]): number {
  const at = args.indexOf('-n');
  const short = args.find((arg) => /^-\d+$/.test(arg));
  return Number((at === -1 ? short?.slice(1) : args[at + 1]) ?? 10);
}

/** `-q`, `-v`, `-i`, `-c`, `-E`, `-F`, from files or a pipe. 1 tells that nothing was found, 2 of trouble (documented). */
function grep(args: readonly string[], shell: Shell, input: string): Ran {
  const flags = args.filter((arg) => /^-\w+$/.test(arg)).join('');
  const [source = '', ...paths] = args.filter((arg) => !/^-\w+$/.test(arg));
  const pattern = expression(flags.includes('F') ? literal(source) : source, flags.includes('i') ? 'i' : '');
  if (pattern === undefined) return fails(2, 'grep: Invalid regular expression');
  const texts = textsOf(paths, shell, input);
  const missing = texts.find(({ text }) => text === undefined);
  if (missing !== undefined) return fails(2, `grep: ${missing.path}: No such file or directory`);
  const found = texts
    .flatMap(({ text = '' }) => linesOf(text))
    .filter((line) => (line !== '' || flags.includes('v')) && pattern.test(line) !== flags.includes('v'));
  if (flags.includes('c'))
    return { status: found.length === 0 ? 1 : 0, stdout: `${found.length}\n`, stderr: '' };
  if (found.length === 0) return fails(1);
  return flags.includes('q') ? done() : written(found);
}

function literal(source: string): string {
  return source.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** POSIX writes `[[:space:]]` where we write `\s`. */
function expression(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source.replaceAll('[[:space:]]', '\\s').replaceAll('[:space:]', '\\s'), flags);
  } catch {
    return undefined;
  }
}

type Edit = (line: string) => string | undefined;

/** `sed [-i] [-E] 's|a|b|g' file`, `'/re/s/a/b/'`, `'/re/d'`; several with `-e` or `;`. */
function sed(args: readonly string[], shell: Shell, input: string): Ran {
  const at = args.indexOf('-e');
  const plain = args.filter((arg) => !/^-(i|E|r|e|n|ie|Ei|iE|i\.\w+)$/.test(arg));
  const [script = '', ...paths] = plain;
  const isExtended = args.some((arg) => /^-\w*[Er]/.test(arg));
  const scripts = at === -1 ? [script] : args.filter((_, place) => args[place - 1] === '-e');
  const files = at === -1 ? paths : plain.filter((arg) => !scripts.includes(arg));
  const edits = scripts.flatMap((each) => editsOf(each, isExtended));
  if (edits.some((edit) => edit === undefined))
    return fails(1, `sed: -e expression #1, char 1: unknown command`);
  const texts = textsOf(files, shell, input);
  const missing = texts.find(({ text }) => text === undefined);
  if (missing !== undefined) return fails(2, `sed: can't read ${missing.path}: No such file or directory`);
  const inPlace = args.some((arg) => /^-\w*i/.test(arg));
  const results = texts.map(({ path, text = '' }) => ({
    path,
    lines: linesOf(text).flatMap((line) => edited(line, edits)),
  }));
  if (!inPlace) return written(results.flatMap(({ lines }) => lines));
  for (const { path, lines } of results) {
    shell.guest.software.files.set(absolute(shell, path), lines.map((line) => `${line}\n`).join(''));
  }
  return done();
}

function edited(line: string, edits: readonly (Edit | undefined)[]): string[] {
  let current: string | undefined = line;
  for (const edit of edits) current = current === undefined ? undefined : edit?.(current);
  return current === undefined ? [] : [current];
}

function editsOf(script: string, isExtended: boolean): (Edit | undefined)[] {
  const commands = script.match(
    /(?:\/(?:\\.|[^/])*\/)?\s*(?:d|s(.)(?:\\.|(?!\1).)*\1(?:\\.|(?!\1).)*\1[gI]*)/g,
  ) ?? [script];
  return commands.map((command) => editOf(command.trim(), isExtended));
}

function editOf(command: string, isExtended: boolean): Edit | undefined {
  const [, address, rest = ''] = /^(?:\/((?:\\.|[^/])*)\/)?\s*(.*)$/s.exec(command) ?? [];
  const where = address === undefined ? /^/ : expression(basic(address, isExtended), '');
  if (where === undefined) return undefined;
  if (rest === 'd' && address !== undefined) return (line) => (where.test(line) ? undefined : line);
  const [, , pattern = '', replacement = '', flags = ''] =
    /^s(.)((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1([gI]*)$/s.exec(rest) ?? [];
  if (!rest.startsWith('s')) return undefined;
  const what = expression(basic(pattern, isExtended), flags.replace('I', 'i'));
  const instead = replacement
    .replace(/\$/g, '$$$$')
    .replace(/\\(\d)/g, '$$$1')
    .replace(/(?<!\\)&/g, '$$&')
    .replace(/\\([/|#&])/g, '$1');
  return what === undefined ? undefined : (line) => (where.test(line) ? line.replace(what, instead) : line);
}

/** In basic expressions groups and `+` want a backslash; in ours they do not. */
function basic(source: string, isExtended: boolean): string {
  if (isExtended) return source;
  return source.replace(/\\?[(){}+?|]/g, (found) => (found.startsWith('\\') ? found.slice(1) : `\\${found}`));
}
