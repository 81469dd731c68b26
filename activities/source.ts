import { StartInstancesCommand, StopInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { VmPlan } from '../plan/index.ts';
import { claim, claimOf, markCompleted, planTag, release } from './claim.ts';
import type { ActivityDeps } from './clouds.ts';
import { finalFailure, notYet } from './failures.ts';
import { describeInstance, powerState, type PowerState } from './instances.ts';

/** Everything done to the source instance in EC2. */
export const sourceActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Tags the instance as this machine's. Look first: an instance that another plan claimed in the meantime is left alone.
   * @throws `ClaimedByAnotherPlan` (final).
   */
  async claimSource(vm: VmPlan, instanceId: string): Promise<void> {
    const ec2 = clouds.ec2(vm.source.region);
    const owner = claimOf(await describeInstance(ec2, instanceId));
    if (owner !== undefined && (owner.plan !== vm.plan || owner.vm !== vm.name))
      throw finalFailure(
        'ClaimedByAnotherPlan',
        `${instanceId} is claimed by plan ${owner.plan}, machine ${owner.vm}`,
        {
          code: 'CLAIMED_BY_ANOTHER_PLAN',
          suggestion: `Leave it to that plan; if that plan is given up, remove the tag ${planTag} from the instance`,
        },
      );
    if (owner === undefined) await claim(ec2, instanceId, vm);
  },

  /** Takes the claim off the instance, where it is this machine's: another plan may have it. */
  async releaseSource(vm: VmPlan, instanceId: string): Promise<void> {
    const ec2 = clouds.ec2(vm.source.region);
    const owner = claimOf(await describeInstance(ec2, instanceId));
    if (owner?.plan === vm.plan && owner.vm === vm.name) await release(ec2, instanceId);
  },

  /** The state of the instance now, in EC2's words. */
  async readPowerState(vm: VmPlan, instanceId: string): Promise<PowerState> {
    return powerState(await describeInstance(clouds.ec2(vm.source.region), instanceId));
  },

  /**
   * Asks EC2 to stop the instance, never with `Force`: a forced stop marks the item for resync. An instance that is
   * stopping or stopped already is left as it is.
   */
  async stopSource(vm: VmPlan, instanceId: string): Promise<void> {
    const ec2 = clouds.ec2(vm.source.region);
    const state = powerState(await describeInstance(ec2, instanceId));
    if (state === 'stopping' || state === 'stopped') return;
    await ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
  },

  /** Waits until the instance is stopped. @throws `InstanceGone` (final) when it was terminated. */
  async awaitStopped(vm: VmPlan, instanceId: string): Promise<void> {
    await waitFor(clouds.ec2(vm.source.region), instanceId, 'stopped', pollIntervalMs);
  },

  /**
   * Asks EC2 to start the instance again. One that is pending or running already is left as it is; EC2 refuses one that
   * is still stopping, so that is waited for.
   */
  async startSource(vm: VmPlan, instanceId: string): Promise<void> {
    const ec2 = clouds.ec2(vm.source.region);
    const state = powerState(await describeInstance(ec2, instanceId));
    if (state === 'pending' || state === 'running') return;
    if (state === 'stopping') throw notYet({ text: `${instanceId} is stopping` }, pollIntervalMs);
    await ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
  },

  /** Waits until the instance is running. @throws `InstanceGone` (final) when it was terminated. */
  async awaitRunning(vm: VmPlan, instanceId: string): Promise<void> {
    await waitFor(clouds.ec2(vm.source.region), instanceId, 'running', pollIntervalMs);
  },

  /** Tags the source as migrated, so that the machine stays done when its history is gone. */
  async markSourceCompleted(vm: VmPlan, instanceId: string, azureVmId: string): Promise<void> {
    await markCompleted(clouds.ec2(vm.source.region), instanceId, azureVmId);
  },
});

async function waitFor(
  ec2: EC2Client,
  instanceId: string,
  wanted: PowerState,
  pollIntervalMs: number,
): Promise<void> {
  const state = powerState(await describeInstance(ec2, instanceId));
  if (state === wanted) return;
  if (state === 'terminated' || state === 'shutting-down')
    throw finalFailure('InstanceGone', `${instanceId} is ${state}`, {
      code: 'INSTANCE_GONE',
      suggestion: 'The source was terminated outside Portage: decide with the last recovery point what to do',
    });
  throw notYet({ text: `${instanceId} is ${state}` }, pollIntervalMs);
}
