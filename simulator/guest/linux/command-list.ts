import { parseWords, splitList } from './words.ts';
import { programs } from './programs/index.ts';
import { absolute, notFound, ShellExit } from './shell.ts';
import type { Ran, Shell } from './shell.ts';
import { fileText } from './files.ts';

/** Runs commands that `;`, `&&`, `||` and `|` join, and tells how the last one that ran ended. */
export function runList(shell: Shell, source: string): number {
  let status = shell.lastStatus;
  for (const { before, pipeline } of splitList(source)) {
    if (before === '&&' && status !== 0) continue;
    if (before === '||' && status === 0) continue;
    status = runPipeline(shell, pipeline);
    shell.lastStatus = status;
  }
  return status;
}

function runPipeline(shell: Shell, stages: readonly string[]): number {
  let input = '';
  let status = 0;
  for (const stage of stages) {
    const ran = runCommand(shell, stage, input);
    shell.stderr += ran.stderr;
    input = ran.stdout;
    status = ran.status;
  }
  shell.stdout += input;
  return status;
}

function runCommand(shell: Shell, source: string, input: string): Ran {
  const assignment = /^(\w+)=(\S*)$/.exec(source);
  if (assignment !== null) {
    shell.variables.set(assignment[1] ?? '', assignment[2] ?? '');
    return { status: 0, stdout: '', stderr: '' };
  }
  const { words, redirections } = parseWords(source, (name) => valueOf(shell, name));
  const [name = '', ...args] = words;
  return redirected(shell, redirections, execute(shell, name, args, input));
}

function valueOf({ variables, lastStatus }: Shell, name: string): string {
  return name === '?' ? String(lastStatus) : (variables.get(name) ?? '');
}

/** Runs one command: a program of the guest, or of a file that was put there. */
export function execute(shell: Shell, name: string, args: readonly string[], input: string): Ran {
  if (name === 'exit') throw new ShellExit(exitStatus(shell, args[0]));
  const program = programs.get(programName(shell, name));
  return program === undefined ? notFound(shell, name) : program(args, shell, input);
}

/** What is no number ends a script with 2, as bash has it. */
function exitStatus({ lastStatus }: Shell, wanted: string | undefined): number {
  if (wanted === undefined) return lastStatus;
  return /^\d+$/.test(wanted) ? Number(wanted) % 256 : 2;
}

/** A name without a folder is looked for in the search path; a file's text tells which program it is. */
function programName(shell: Shell, name: string): string {
  const plain = name.replace(/^\/(usr\/)?s?bin\//, '');
  return plain.includes('/') ? (fileText(shell, absolute(shell, name)) ?? '') : plain;
}

function redirected(
  shell: Shell,
  redirections: readonly { readonly from: '1' | '2'; readonly to: string; readonly appends: boolean }[],
  ran: Ran,
): Ran {
  let { stdout, stderr } = ran;
  for (const { from, to, appends } of redirections) {
    const text = from === '1' ? stdout : stderr;
    if (to === '&1') stdout += stderr;
    else if (to !== '/dev/null') store(shell, absolute(shell, to), text, appends);
    if (from === '1') stdout = '';
    else stderr = '';
  }
  return { status: ran.status, stdout, stderr };
}

function store({ guest }: Shell, path: string, text: string, appends: boolean): void {
  const { files } = guest.software;
  files.set(path, appends ? (files.get(path) ?? '') + text : text);
}
