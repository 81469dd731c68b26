import { inspect } from 'node:util';
import { Command, CommanderError } from 'commander';
import { applyCommand } from './apply.ts';
import { checkCommand } from './check.ts';
import { decisionCommands } from './decide.ts';
import { demoCommand } from './demo.ts';
import { devCommand } from './dev.ts';
import { doctorCommand } from './doctor.ts';
import { exitCodeOf, exitCodes } from './exit.ts';
import { remark } from './output.ts';
import { simulatorCommand } from './simulator.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { sweepCommand } from './sweep.ts';
import { workerCommand } from './worker.ts';

const program = new Command('portage')
  .description(
    'Moves running EC2 instances to Azure with Azure Site Recovery, as durable Temporal workflows.',
  )
  .option('--debug', 'show stack traces of errors')
  .exitOverride()
  .showHelpAfterError('(portage --help shows what there is)')
  .addHelpText(
    'after',
    `
First look: portage demo. A plan of your own: portage check <plan-file>, portage doctor, portage worker, portage start <plan-file>.
Exit codes: 0 done · 1 failed · 2 wrong usage or an invalid plan · 3 needs attention · 4 a server cannot be reached`,
  );

const commands = {
  'On this machine, without a cloud account:': [demoCommand(), devCommand(), simulatorCommand()],
  'Plans and how they stand:': [
    checkCommand(),
    startCommand(),
    applyCommand(),
    statusCommand(),
    sweepCommand(),
  ],
  'Decisions:': decisionCommands(),
  'Running Portage:': [workerCommand(), doctorCommand()],
};
for (const [heading, group] of Object.entries(commands)) {
  program.commandsGroup(heading);
  for (const command of group) program.addCommand(command.copyInheritedSettings(program));
}

// Whoever read our output has left (`| head`): there is nobody to go on for.
process.stdout.on('error', () => process.exit());

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = codeOf(error);
  if (isAbort(error)) process.exit(); // what was still starting ends with this process
}

/** Says an error for people; commander has said its own already. */
function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (!(error instanceof Error)) throw error;
  if (isAbort(error)) remark('Stopped before the end. Nothing of it is left running.');
  else remark(program.opts<{ debug?: true }>().debug ? inspect(error) : error.message);
  return exitCodeOf(error);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
