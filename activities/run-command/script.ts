import type { VirtualMachine, VirtualMachineRunCommand } from '@azure/arm-compute';
import { nameOf, resourceGroupOf } from '../arm-id.ts';
import type { AzureClients } from '../clouds.ts';
import { ifThere } from '../cloud-errors.ts';

/** A script for an Azure VM, in the shell of its operating system, as System or root. */
export interface AzureScript {
  /**
   * Name of the run command: another for each asking and the same for each try of it, by which a try finds what an earlier
   * one sent.
   */
  readonly name: string;
  readonly commands: readonly string[];
  /** Until the agent gives up a script that does not end; five minutes unless told. */
  readonly timeoutSeconds?: number;
}

/** How a script came out. Where the VM could not be asked nothing is known of it: that is no failure of the VM. */
export type ScriptEnd =
  | {
      readonly kind: 'ran';
      readonly exitCode: number;
      /** The last 4 KB of what it printed (documented), and of its errors. */
      readonly output: string;
      readonly errors: string;
    }
  | { readonly kind: 'inconclusive'; readonly why: string };

/** How a script stands. */
export type AzureScriptState =
  { readonly ended: false; readonly progress: string } | { readonly ended: true; readonly end: ScriptEnd };

const usualSeconds = 300;

/**
 * Has a script run on a VM, or finds it sent already under the same name, and tells how it stands. It is not sent before
 * the VM runs and its agent is Ready: what is sent earlier is given up by the platform only after more than an hour.
 * @see PUT …/virtualMachines/{vm}/runCommands/{name}; documented: "Run scripts in your VM by using managed Run Commands"
 */
export async function runScript(
  azure: AzureClients,
  vmId: string,
  script: AzureScript,
): Promise<AzureScriptState> {
  const { virtualMachines, virtualMachineRunCommands } = azure.compute;
  const [group, vm] = [resourceGroupOf(vmId), nameOf(vmId)];
  const sent = await ifThere(() =>
    virtualMachineRunCommands.getByVirtualMachine(group, vm, script.name, { expand: 'instanceView' }),
  );
  if (sent !== undefined) return stateOf(vm, sent);
  const read = await virtualMachines.get(group, vm, { expand: 'instanceView' });
  const obstacle = obstacleIn(read);
  if (obstacle !== undefined) return { ended: false, progress: obstacle };
  await virtualMachineRunCommands.createOrUpdate(group, vm, script.name, asSent(read, script)).submitted();
  return { ended: false, progress: `${script.name} is sent to ${vm}` };
}

/** Takes a run command away; one that still runs is ended by that (documented). */
export async function removeScript({ compute }: AzureClients, vmId: string, name: string): Promise<void> {
  const [group, vm] = [resourceGroupOf(vmId), nameOf(vmId)];
  const { virtualMachineRunCommands: commands } = compute;
  const there = await ifThere(() => commands.getByVirtualMachine(group, vm, name));
  if (there === undefined || there.provisioningState === 'Deleting') return;
  await commands.delete(group, vm, name).submitted();
}

/** Why its agent cannot be asked now. */
function obstacleIn({ name = '', instanceView }: VirtualMachine): string | undefined {
  const power = instanceView?.statuses?.find(({ code }) => code?.startsWith('PowerState/'))?.code;
  if (power !== 'PowerState/running') return `${name} does not run: ${power ?? 'its power state is unknown'}`;
  const [agent] = instanceView?.vmAgent?.statuses ?? [];
  if (agent?.displayStatus === 'Ready') return undefined;
  return `the VM agent of ${name} is ${agent?.displayStatus ?? 'silent'}`;
}

/** A script that fails is an answer, and does not fail its deployment: that way what fails is the platform’s. */
function asSent(
  { location }: VirtualMachine,
  { commands, timeoutSeconds = usualSeconds }: AzureScript,
): VirtualMachineRunCommand {
  return {
    location,
    source: { script: commands.join('\n') },
    asyncExecution: false,
    timeoutInSeconds: timeoutSeconds,
    treatFailureAsDeploymentFailure: false,
  };
}

function stateOf(
  vm: string,
  { name = '', provisioningState, instanceView = {} }: VirtualMachineRunCommand,
): AzureScriptState {
  const { executionState = 'Pending', executionMessage = '' } = instanceView;
  if (['Pending', 'Running', 'Unknown'].includes(executionState))
    return { ended: false, progress: `${name} on ${vm} is ${executionState}` };
  const isOwnEnd = executionState === 'Succeeded' || executionState === 'Failed';
  if (!isOwnEnd || provisioningState === 'Failed')
    return { ended: true, end: { kind: 'inconclusive', why: `${executionState}: ${executionMessage}` } };
  const { exitCode = -1, output = '', error = '' } = instanceView;
  return { ended: true, end: { kind: 'ran', exitCode, output, errors: error } };
}
