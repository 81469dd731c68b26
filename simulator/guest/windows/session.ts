import type { GuestMachine } from '../guest-machine.ts';
import type { Value } from './values.ts';

/** A running script: its variables, where it stands, what it has written. */
export interface Session {
  readonly guest: GuestMachine;
  /** The values that a pipeline comes to. */
  readonly evaluate: (source: string) => readonly Value[];
  readonly variables: Map<string, Value>;
  readonly stdout: string[];
  readonly stderr: string[];
  /** The current folder. */
  folder: string;
  lastExitCode: number;
  /** `$ErrorActionPreference = 'Stop'`. */
  stopsOnError: boolean;
}

/** What a command is given. */
export interface Call {
  readonly name: string;
  readonly positional: readonly Value[];
  /** Parameters by their name in lower case; a switch is `true`. */
  readonly named: ReadonlyMap<string, Value>;
  /** What comes down the pipeline. */
  readonly input: readonly Value[];
}

export type Cmdlet = (call: Call, session: Session) => readonly Value[];

/** A program's arguments, as it gets them. */
export type Program = (args: readonly string[], session: Session) => number;

/** An error of a command. A terminating one ends the script whatever the preference. */
export class PowerShellError extends Error {
  readonly id: string;
  readonly isTerminating: boolean;

  constructor(message: string, id: string, isTerminating = false) {
    super(message);
    this.id = id;
    this.isTerminating = isTerminating;
  }
}

/** `exit N`. */
export class ScriptExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** A parameter by name, or by place among those without a name. */
export function argument({ named, positional }: Call, name: string, at?: number): Value | undefined {
  return named.get(name.toLowerCase()) ?? (at === undefined ? undefined : positional[at]);
}

/** The name of a command that the guest does not have, as PowerShell complains of it. */
export function notRecognized(name: string): PowerShellError {
  return new PowerShellError(
    `The term '${name}' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.`,
    'CommandNotFoundException',
  );
}
