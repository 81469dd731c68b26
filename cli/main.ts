import { Command, CommanderError } from 'commander';
import { decisionCommands } from './decide.ts';
import { demoCommand } from './demo.ts';
import { devCommand } from './dev.ts';
import { doctorCommand } from './doctor.ts';
import { exitCodeOf, exitCodes } from './exit.ts';
import { remark } from './output.ts';
import { simulatorCommand } from './simulator.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { workerCommand } from './worker.ts';

const program = new Command('portage')
  .description(
    'Moves running EC2 instances to Azure with Azure Site Recovery, as durable Temporal workflows.',
  )
  .option('--debug', 'show stack traces of errors')
  .exitOverride()
  .addHelpText(
    'after',
    '\nExit codes: 0 done · 1 failed · 2 wrong usage or an invalid plan · 3 needs attention · 4 a server cannot be reached',
  );

const commands = [
  demoCommand(),
  devCommand(),
  simulatorCommand(),
  workerCommand(),
  startCommand(),
  statusCommand(),
  ...decisionCommands(),
  doctorCommand(),
];
for (const command of commands) program.addCommand(command.copyInheritedSettings(program));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = codeOf(error);
}

/** Says an error for people; commander has said its own already. */
function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (!(error instanceof Error)) throw error;
  if (error.name === 'AbortError') return exitCodes.failed;
  remark(program.opts<{ debug?: true }>().debug ? (error.stack ?? error.message) : error.message);
  return exitCodeOf(error);
}
