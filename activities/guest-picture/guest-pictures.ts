import { createHash } from 'node:crypto';
import type { VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import type { MigratedVm } from '../migrated-vm.ts';
import { beginOnMachine, endOnMachine } from '../mobility/machine-script.ts';
import type { SourceInstance } from '../preflight/source.ts';
import { endInAzure } from '../run-command/run-command.ts';
import { managedState } from '../systems-manager/managed.ts';
import { differencesBetween } from './differences.ts';
import { pictureIn, pictureScript, type GuestPicture } from './picture.ts';

/** What comparing the guests of source and Azure VM came to. */
export type Comparison =
  | {
      readonly kind: 'compared';
      /** In sentences, without what is expected to be otherwise. */
      readonly differences: readonly string[];
      /** Of the differences: what an approval is bound to. */
      readonly digest: string;
    }
  | { readonly kind: 'inconclusive'; readonly why: string };

/** The same set of questions to the source before its stop, and to the Azure VM. */
export const guestPictureActivities = (deps: ActivityDeps) => ({
  /**
   * Begins to take a picture of the source, which changes nothing there.
   * @returns the command's id; undefined where Systems Manager does not reach the machine.
   */
  async beginSourcePicture(vm: VmPlan, source: SourceInstance, key: string): Promise<string | undefined> {
    const state = await managedState(deps.clouds.ssm(vm.source.region), source.instanceId);
    if (state !== 'online') return undefined;
    return beginOnMachine(deps, vm, source, { key, commands: pictureScript(source.osType) });
  },

  /** Waits for the picture; one whose script did not end well has nothing on it. */
  async awaitSourcePicture(vm: VmPlan, source: SourceInstance, command: string): Promise<GuestPicture> {
    const { output } = await endOnMachine(deps, vm, source, command);
    return pictureIn(source.osType, output);
  },

  /**
   * Takes the same picture of the VM that a failover made, and compares.
   * @param name of the run command.
   */
  async awaitComparison(
    vm: VmPlan,
    migrated: MigratedVm,
    { osType }: SourceInstance,
    picture: GuestPicture,
    name: string,
  ): Promise<Comparison> {
    const end = await endInAzure(deps, migrated.id, { name, commands: pictureScript(osType) });
    if (end.kind === 'inconclusive') return end;
    const differences = differencesBetween(vm.name, picture, pictureIn(osType, end.output));
    return { kind: 'compared', differences, digest: digestOf(differences) };
  },
});

function digestOf(differences: readonly string[]): string {
  return createHash('sha256')
    .update([...differences].sort().join('\n'))
    .digest('hex')
    .slice(0, 12);
}
