import { minutesOf, secondsOf } from '../../durations.ts';
import { runScript } from '../../guest/run-script.ts';
import { scriptSeconds } from '../../guest/script-seconds.ts';
import { Shelf } from '../shelf.ts';
import { azureGuestMachine } from './azure-guest.ts';
import type { Compute } from './compute.ts';
import { isOver, type ExecutionState, type RunCommand } from './run-command.ts';
import { isAgentReady, type VirtualMachine } from './virtual-machine.ts';

const secondMs = 1_000;
/** How often a VM's agent that can't be heard of is waited for anew (inferred). */
const lookAgainMs = 15 * secondMs;

/** What becomes of a run command's own operation. */
export interface Ending {
  readonly ended: (failure?: { readonly code: string; readonly message: string }) => void;
}

/** Managed run commands: each VM may have several, and they run side by side (documented). */
export class RunCommands {
  readonly shelf: Shelf<RunCommand>;
  readonly #compute: Compute;

  constructor(compute: Compute) {
    this.#compute = compute;
    this.shelf = new Shelf(compute.world.catalog);
  }

  /** Those of a VM, in the order in which they came. */
  of({ id }: VirtualMachine): RunCommand[] {
    const prefix = `${id}/runCommands/`.toLowerCase();
    return [...this.shelf.all].filter((command) => command.id.toLowerCase().startsWith(prefix));
  }

  /** Brings a command to its VM's agent; the operation ends with it, or, when it runs by itself, as soon as it runs. */
  start(command: RunCommand, machine: VirtualMachine, operation: Ending): void {
    const { clock, durations, random } = this.#compute.world;
    const { turn } = command;
    const chance = random.fork(`run-command/${command.id.toLowerCase()}/${turn}`);
    const untilMs = clock.nowMs + minutesOf(durations.runCommandGivenUpMinutes, chance);
    clock.after(secondsOf(durations.runCommandSeconds, chance), () =>
      this.#deliver(command, machine, { turn, untilMs, operation }),
    );
  }

  /** Ends what runs: the script does not go on (documented). */
  stop(command: RunCommand): void {
    command.turn += 1;
    if (!isOver(command)) this.#end(command, 'Canceled', 'Execution was canceled.');
  }

  /**
   * The agent takes the command when it reports, and can ask Azure's services over HTTPS (documented). Until then it waits;
   * after long the platform gives up, in these words (recorded for extensions; 90 minutes are reported by users).
   */
  #deliver(
    command: RunCommand,
    machine: VirtualMachine,
    how: { readonly turn: number; readonly untilMs: number; readonly operation: Ending },
  ): void {
    const { clock } = this.#compute.world;
    if (command.turn !== how.turn) return;
    if (isAgentReady(machine, clock.nowMs) && this.#compute.reach.reachesServices(machine)) {
      return this.#run(command, machine, how.operation);
    }
    if (clock.nowMs < how.untilMs) {
      clock.after(lookAgainMs, () => this.#deliver(command, machine, how));
      return;
    }
    const message = `VM '${machine.name}' has not reported status for VM agent or extensions. Verify that the OS is up and healthy, the VM has a running VM agent, and that it can establish outbound connections to Azure storage.`;
    this.#end(command, 'Failed', message);
    command.provisioning = 'Failed';
    how.operation.ended({ code: 'VMAgentStatusCommunicationError', message });
  }

  #run(command: RunCommand, machine: VirtualMachine, operation: Ending): void {
    const { clock } = this.#compute.world;
    const { wish, turn } = command;
    const unfit = unfitness(command, machine);
    if (unfit !== undefined) {
      this.#end(command, 'Failed', unfit);
      command.provisioning = 'Failed';
      return operation.ended({ code: 'VMExtensionProvisioningError', message: unfit });
    }
    command.execution = 'Running';
    command.startMs = clock.nowMs;
    if (wish.asyncExecution) this.#provisioned(command, operation);
    const seconds = scriptSeconds(linesOf(command));
    const isTooLong = seconds > wish.timeoutInSeconds;
    clock.after(Math.min(seconds, wish.timeoutInSeconds) * secondMs, () => {
      if (command.turn !== turn || isOver(command)) return;
      if (isTooLong) this.#end(command, 'TimedOut', 'Execution timed out.');
      else this.#finish(command, machine);
      if (!wish.asyncExecution) this.#provisioned(command, operation);
    });
  }

  #finish(command: RunCommand, machine: VirtualMachine): void {
    const guest = azureGuestMachine(this.#compute, machine);
    if (guest === undefined || !isAgentReady(machine, this.#compute.world.clock.nowMs)) {
      return this.#end(command, 'Failed', 'The VM went down while the script ran.');
    }
    const language = guest.system.osType === 'Windows' ? 'powershell' : 'shell';
    const { parameters, protectedParameters } = command.wish;
    const ran = runScript(guest, language, linesOf(command), [...parameters, ...protectedParameters]);
    command.output = ran.stdout;
    command.error = ran.stderr;
    command.exitCode = ran.exitCode;
    this.#end(command, ran.exitCode === 0 ? 'Succeeded' : 'Failed', 'Execution completed');
  }

  /** Whether the platform could run it is its state; a script that fails counts only where it was asked to (documented). */
  #provisioned(command: RunCommand, operation: Ending): void {
    const counts = command.wish.treatFailureAsDeploymentFailure && isOver(command);
    if (!counts || command.execution === 'Succeeded') {
      command.provisioning = 'Succeeded';
      return operation.ended();
    }
    command.provisioning = 'Failed';
    const message = `VM has reported a failure when processing run command '${command.name}'. Error message: 'Script execution failed with exit code ${command.exitCode}'.`;
    operation.ended({ code: 'VMExtensionProvisioningError', message }); // inferred wording
  }

  #end(command: RunCommand, state: ExecutionState, message: string): void {
    command.execution = state;
    command.message = message;
    command.endMs = this.#compute.world.clock.nowMs;
  }
}

function linesOf({ wish }: RunCommand): string[] {
  return (wish.source.script ?? '').split(/\r?\n/);
}

/** What its handler does not take: Windows before 2016 (documented); scripts of which the simulator has no text. */
function unfitness({ wish }: RunCommand, { guest }: VirtualMachine): string | undefined {
  if (wish.source.script === undefined) return 'The script could not be downloaded.';
  if (guest === undefined) return 'The VM has no agent that takes run commands.';
  const isOld = guest.system.osType === 'Windows' && /20(03|08|12)/.test(guest.system.osName);
  return isOld ? 'The run command handler does not support the operating system of the VM.' : undefined;
}
