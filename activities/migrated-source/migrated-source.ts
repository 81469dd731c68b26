import { TerminateInstancesCommand, type EC2Client, type Instance } from '@aws-sdk/client-ec2';
import type { VmPlan } from '../../plan/index.ts';
import { claimOf } from '../claim.ts';
import type { ActivityDeps } from '../clouds.ts';
import { finalFailure, notYet } from '../failures.ts';
import { isNamed } from '../firewall/machine-group.ts';
import { describeInstance, powerState, type PowerState } from '../instances.ts';
import { quarantine } from './quarantine.ts';

/** How a migrated source is: `launchedAt` changes with every start, by EC2's clock. ISO 8601. */
export interface SourceStart {
  readonly state: PowerState;
  readonly launchedAt: string;
}

/** What becomes of a source whose machine lives in Azure. */
export const migratedSourceActivities = (deps: ActivityDeps) => ({
  /**
   * Keeps the source apart, should somebody start it: its interfaces are put into a security group that lets nothing in or
   * out. Which groups they had stands on the instance, `portage:groups/<interface>`.
   * @returns the group's ids.
   */
  async quarantineSource(vm: VmPlan, instanceId: string): Promise<readonly string[]> {
    const ec2 = deps.clouds.ec2(vm.source.region);
    return quarantine(ec2, vm, await describeInstance(ec2, instanceId));
  },

  /** How the source is now; nothing where it is gone. */
  async readSourceStart(vm: VmPlan, instanceId: string): Promise<SourceStart | undefined> {
    return startOf(await look(deps.clouds.ec2(vm.source.region), instanceId));
  },

  /**
   * Waits until somebody has started the source, also where it is stopped again by now, or it is gone.
   * @param launchedAt of the start that is known.
   * @returns the new start; nothing where it is gone.
   */
  async awaitSourceStarted(
    vm: VmPlan,
    instanceId: string,
    launchedAt: string,
  ): Promise<SourceStart | undefined> {
    const start = startOf(await look(deps.clouds.ec2(vm.source.region), instanceId));
    if (start?.launchedAt === launchedAt)
      throw notYet({ text: `${instanceId} is ${start.state}` }, deps.watchIntervalMs);
    return start;
  },

  /**
   * Terminates the source. One that is gone is gone.
   * @throws `NotTerminable` (final) unless its tags say that it is this machine's, and migrated, and it is stopped.
   */
  async terminateSource(vm: VmPlan, instanceId: string): Promise<void> {
    const ec2 = deps.clouds.ec2(vm.source.region);
    const instance = await look(ec2, instanceId);
    const state = instance && powerState(instance);
    if (instance === undefined || state === 'terminated' || state === 'shutting-down') return;
    const owner = claimOf(instance);
    const isOwn = owner?.plan === vm.plan && owner.vm === vm.name && owner.completedAs !== undefined;
    if (!isOwn)
      throw notTerminable(`${instanceId} does not have the tags of ${vm.plan}/${vm.name}, migrated`);
    if (state !== 'stopped') throw notTerminable(`${instanceId} is ${state ?? 'unknown'}`);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  },

  /** Waits until the source is terminated. */
  async awaitTerminated(vm: VmPlan, instanceId: string): Promise<void> {
    const instance = await look(deps.clouds.ec2(vm.source.region), instanceId);
    const state = instance === undefined ? 'terminated' : powerState(instance);
    if (state !== 'terminated') throw notYet({ text: `${instanceId} is ${state}` }, deps.pollIntervalMs);
  },
});

/** The instance; nothing where EC2 has forgotten it, an hour or so after its end. */
async function look(ec2: EC2Client, instanceId: string): Promise<Instance | undefined> {
  try {
    return await describeInstance(ec2, instanceId);
  } catch (error) {
    if (isNamed(error, 'InvalidInstanceID.NotFound')) return undefined;
    throw error;
  }
}

function startOf(instance: Instance | undefined): SourceStart | undefined {
  if (instance === undefined) return undefined;
  const state = powerState(instance);
  if (state === 'terminated' || state === 'shutting-down') return undefined;
  return { state, launchedAt: instance.LaunchTime?.toISOString() ?? '' };
}

function notTerminable(message: string) {
  return finalFailure('NotTerminable', message, {
    code: 'NOT_TERMINABLE',
    suggestion: 'See who uses it. Stop it, then confirm again; or keep it',
  });
}
