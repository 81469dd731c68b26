import type { GuestMachine } from '../guest-machine.ts';
import type { ScriptArgument, ScriptResult } from '../run-script.ts';
import { evaluate } from './evaluate.ts';
import { PowerShellError, ScriptExit } from './session.ts';
import type { Session } from './session.ts';
import { runStatement } from './statement.ts';

const newline = '\r\n';

/** Runs a script on Windows PowerShell 5.1. */
export function runPowerShell(
  guest: GuestMachine,
  lines: readonly string[],
  parameters: readonly ScriptArgument[] = [],
): ScriptResult {
  const session: Session = {
    guest,
    evaluate: (source) => evaluate(session, source),
    variables: new Map(parameters.map(({ name, value }) => [name.toLowerCase(), value])),
    stdout: [],
    stderr: [],
    folder: 'C:\\Windows\\system32',
    lastExitCode: 0,
    stopsOnError: false,
  };
  const exitCode = runLines(session, lines);
  const text = (written: readonly string[]) => written.map((line) => line + newline).join('');
  return { stdout: text(session.stdout), stderr: text(session.stderr), exitCode };
}

function runLines(session: Session, lines: readonly string[]): number {
  const { guest } = session;
  for (const [at, line] of lines.entries()) {
    try {
      runStatement(session, line);
    } catch (error) {
      if (error instanceof ScriptExit) return error.code;
      if (!(error instanceof PowerShellError)) throw error;
      session.stderr.push(...complaint(error, line, `${scriptFiles[guest.hardware.cloud]}:${at + 1}`));
      if (session.stopsOnError || error.isTerminating) return 1;
    }
  }
  return 0;
}

/** Where each cloud's agent puts the script that it runs. */
const scriptFiles = {
  aws: 'C:\\ProgramData\\Amazon\\SSM\\InstanceData\\document\\orchestration\\_script.ps1',
  azure:
    'C:\\Packages\\Plugins\\Microsoft.CPlat.Core.RunCommandHandlerWindows\\2.0.14\\Downloads\\script.ps1',
} as const;

function complaint({ message, id }: PowerShellError, line: string, place: string): string[] {
  const command = /^[\w.\\-]+/.exec(line.trim())?.[0] ?? line.trim();
  return [
    `${command} : ${message}`,
    `At ${place} char:1`,
    `+ ${line.trim()}`,
    `    + FullyQualifiedErrorId : ${id}`,
    ' ',
  ];
}
