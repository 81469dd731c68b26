import type { GuestMachine } from './guest-machine.ts';
import { runShell } from './linux/run-shell.ts';
import { runPowerShell } from './windows/run-powershell.ts';

/** What a script leaves behind. */
export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** What a script is given: by name, or, without one, as the next of its arguments. */
export interface ScriptArgument {
  readonly name: string;
  readonly value: string;
}

/** Runs a script line by line on a guest, as its shell would: an unknown command fails as it does there. */
export function runScript(
  guest: GuestMachine,
  language: 'powershell' | 'shell',
  lines: readonly string[],
  parameters: readonly ScriptArgument[] = [],
): ScriptResult {
  if (language === 'shell') return runShell(guest, lines, parameters);
  if (guest.system.osType === 'Windows') return runPowerShell(guest, lines, parameters);
  const stderr = 'exec: "pwsh": executable file not found in $PATH\n';
  return { stdout: '', stderr, exitCode: 1 };
}
