import { resolved } from '../../http-request.ts';
import { fileText, isFolder } from '../files.ts';
import { absolute, done, fails } from '../shell.ts';
import type { Program, Ran, Shell } from '../shell.ts';

/** What every shell has, and what reads text line by line. */
export const basicPrograms: readonly (readonly [string, Program])[] = [
  ['true', () => done()],
  ['false', () => fails(1)],
  [':', () => done()],
  ['echo', (args) => done(`${args.join(' ')}\n`)],
  ['set', set],
  ['cd', cd],
  ['export', () => done()],
  ['sudo', (args, shell, input) => shell.execute(args, input)],
  ['bash', bash],
  ['sh', bash],
  ['timeout', timeout],
  ['test', (args, shell) => test(args, shell)],
  ['[', (args, shell) => test(args.slice(0, -1), shell)],
];

function set(args: readonly string[], shell: Shell): Ran {
  if (args.some((arg) => /^-\w*e/.test(arg))) shell.stopsOnError = true;
  return done();
}

function cd([path = '/root']: readonly string[], shell: Shell): Ran {
  const folder = absolute(shell, path);
  if (!isFolder(shell, folder))
    return fails(1, `_script.sh: line ${shell.line}: cd: ${path}: No such file or directory`);
  shell.folder = folder;
  return done();
}

function bash(args: readonly string[], shell: Shell): Ran {
  const [option, source = ''] = args;
  if (option !== '-c') return fails(127, `bash: ${option ?? ''}: No such file or directory`);
  const connection = /^(?::\s*)?<\s*\/dev\/tcp\/([\w.-]+)\/(\d+)$/.exec(source.trim());
  if (connection !== null) return connect(shell, connection[1] ?? '', Number(connection[2]));
  return { status: shell.runLine(source), stdout: '', stderr: '' };
}

/** Bash's own way to open a connection: what is dropped on its way is never answered. */
function connect({ guest }: Shell, address: string, port: number): Ran {
  const found = resolved(guest, address);
  if (found === undefined) return fails(1, `bash: ${address}: Name or service not known`);
  const connection = guest.connect(found, port);
  if (connection === 'open') return done();
  if (connection === 'refused') return fails(1, 'bash: connect: Connection refused');
  return { ...fails(1, 'bash: connect: Connection timed out'), hangs: true };
}

/** 124 tells that the time ran out. */
function timeout([, ...words]: readonly string[], shell: Shell, input: string): Ran {
  const ran = shell.execute(words, input);
  return ran.hangs === true ? fails(124) : ran;
}

function test([option = '', value = '', right = '']: readonly string[], shell: Shell): Ran {
  const path = absolute(shell, value);
  const results: ReadonlyMap<string, () => boolean> = new Map([
    ['-f', () => fileText(shell, path) !== undefined],
    ['-e', () => fileText(shell, path) !== undefined || isFolder(shell, path)],
    ['-d', () => isFolder(shell, path)],
    ['-n', () => value !== ''],
    ['-z', () => value === ''],
  ]);
  const holds = results.get(option)?.() ?? (value === '=' ? option === right : option !== '');
  return holds ? done() : fails(1);
}
