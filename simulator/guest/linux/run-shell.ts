import type { GuestMachine } from '../guest-machine.ts';
import type { ScriptArgument, ScriptResult } from '../run-script.ts';
import { execute, runList } from './command-list.ts';
import { ShellExit } from './shell.ts';
import type { Shell } from './shell.ts';

/** Runs a script in a Linux guest's shell, as root. */
export function runShell(
  guest: GuestMachine,
  lines: readonly string[],
  parameters: readonly ScriptArgument[] = [],
): ScriptResult {
  const shell: Shell = {
    guest,
    execute: ([name = '', ...args], input) => execute(shell, name, args, input),
    runLine: (source) => runList(shell, source),
    variables: variablesOf(parameters),
    folder: '/',
    stopsOnError: false,
    lastStatus: 0,
    stdout: '',
    stderr: '',
    line: 0,
  };
  const exitCode = runLines(shell, lines);
  return { stdout: shell.stdout, stderr: shell.stderr, exitCode };
}

/** Those with a name stand in the environment, the others are `$1` and so on (documented for run commands). */
function variablesOf(parameters: readonly ScriptArgument[]): Map<string, string> {
  const nameless = parameters.filter(({ name }) => name === '');
  return new Map([
    ...parameters.flatMap(({ name, value }) => (name === '' ? [] : [[name, value] as const])),
    ...nameless.map(({ value }, at) => [String(at + 1), value] as const),
  ]);
}

/** The script's exit code is that of its last command. */
function runLines(shell: Shell, lines: readonly string[]): number {
  try {
    for (const [at, line] of lines.entries()) {
      shell.line = at + 1;
      const source = line.trim();
      if (source === '' || source.startsWith('#')) continue;
      shell.lastStatus = runList(shell, source);
      if (shell.stopsOnError && shell.lastStatus !== 0) return shell.lastStatus;
    }
    return shell.lastStatus;
  } catch (error) {
    if (error instanceof ShellExit) return error.status;
    throw error;
  }
}
