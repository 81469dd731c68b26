import type { GuestMachine } from '../guest-machine.ts';

/** A running shell script. */
export interface Shell {
  readonly guest: GuestMachine;
  /** Runs one command with its arguments. */
  readonly execute: (words: readonly string[], input: string) => Ran;
  /** Runs a line; what it writes goes to the script's output. */
  readonly runLine: (source: string) => number;
  readonly variables: Map<string, string>;
  folder: string;
  /** `set -e` */
  stopsOnError: boolean;
  lastStatus: number;
  stdout: string;
  stderr: string;
  /** Number of the line that runs. */
  line: number;
}

/** What a program has written, and how it ended. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** It would have waited for an answer that does not come. */
  readonly hangs?: boolean;
}

/** A program: its arguments, what comes in, and the shell that calls it. */
export type Program = (args: readonly string[], shell: Shell, input: string) => Ran;

/** `exit N` */
export class ShellExit extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`exit ${status}`);
    this.status = status;
  }
}

/** It ended well. */
export function done(stdout = ''): Ran {
  return { status: 0, stdout, stderr: '' };
}

/** It ended badly, with a line that says why. */
export function fails(status: number, reason = ''): Ran {
  return { status, stdout: '', stderr: reason === '' ? '' : `${reason}\n` };
}

/** There is no program of that name. */
export function notFound({ line }: Shell, name: string): Ran {
  const why = name.includes('/') ? 'No such file or directory' : 'command not found';
  return fails(127, `_script.sh: line ${line}: ${name}: ${why}`);
}

/** A path from the current folder on. */
export function absolute({ folder }: Shell, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
