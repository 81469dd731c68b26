import type { VirtualMachineRunCommand } from '@azure/arm-compute';
import type { VmPlan } from '../../plan/index.ts';
import { resourceGroupOf } from '../arm-id.ts';
import { ifThere } from '../cloud-errors.ts';
import type { ActivityDeps, AzureClients } from '../clouds.ts';
import { notYet } from '../failures.ts';
import type { MigratedVm } from '../migrated-vm.ts';
import { strictScript } from './script.ts';
import { scriptFailed } from './script-failed.ts';

/** One asking for the start action of a plan. */
export interface StartAsking {
  readonly osType: 'Windows' | 'Linux';
  readonly command: string;
  /** Another for each asking, the same for each try of it; letters, digits and hyphens. */
  readonly key: string;
}

/** How long a script may run there. */
const timeoutInSeconds = 1800;

/** Bringing the applications of a machine to life in Azure, by managed run commands. */
export const quiesceInAzureActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Has a script run inside the migrated VM, and waits for its end: put once for each key, found again by its name. It waits
   * itself until the VM's agent is Ready.
   * @throws `QuiesceFailed` (final) where it did not end well.
   * @see PUT …/virtualMachines/{vm}/runCommands/{name}, asyncExecution; GET with $expand=instanceView
   */
  async runStartInAzure(
    vm: VmPlan,
    migrated: MigratedVm,
    { osType, command, key }: StartAsking,
  ): Promise<void> {
    const azure = clouds.azure(vm.environment.subscriptionId);
    const name = `portage-start-${key}`;
    const { location } = vm.environment;
    const there = await readCommand(azure, migrated, name);
    if (there === undefined)
      await azure.compute.virtualMachineRunCommands
        .createOrUpdate(resourceGroupOf(migrated.id), migrated.name, name, {
          location,
          source: { script: strictScript(osType, command).join('\n') },
          asyncExecution: true,
          timeoutInSeconds,
        })
        .submitted();
    const end = there === undefined ? undefined : endOf(there);
    if (end === undefined)
      throw notYet(
        { text: `run command ${name}: ${there?.instanceView?.executionState ?? 'Pending'}` },
        pollIntervalMs,
      );
    if (end.exitCode !== 0) throw scriptFailed(migrated.name, end);
  },

  /** Takes a script's run command off the VM again, whether it is still there or not. */
  async removeStartInAzure(vm: VmPlan, migrated: MigratedVm, key: string): Promise<void> {
    const azure = clouds.azure(vm.environment.subscriptionId);
    const name = `portage-start-${key}`;
    if ((await readCommand(azure, migrated, name)) === undefined) return;
    await azure.compute.virtualMachineRunCommands
      .delete(resourceGroupOf(migrated.id), migrated.name, name)
      .submitted();
  },
});

function readCommand(
  azure: AzureClients,
  { id, name: vmName }: MigratedVm,
  name: string,
): Promise<VirtualMachineRunCommand | undefined> {
  return ifThere(() =>
    azure.compute.virtualMachineRunCommands.getByVirtualMachine(resourceGroupOf(id), vmName, name, {
      expand: 'instanceView',
    }),
  );
}

/** @returns nothing while it runs; -1 where the platform could not run it at all, or gave it up. */
function endOf({ instanceView }: VirtualMachineRunCommand) {
  const { executionState, exitCode = -1, output = '', error, executionMessage = '' } = instanceView ?? {};
  switch (executionState) {
    case 'Succeeded':
      return { exitCode: 0, output, errors: '' };
    case 'Failed':
    case 'Canceled':
    case 'TimedOut':
      return { exitCode: exitCode === 0 ? -1 : exitCode, output, errors: error ?? executionMessage };
    default:
      return undefined;
  }
}
