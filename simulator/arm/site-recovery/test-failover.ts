import { z } from 'zod';
import { minutesOf, secondsOf } from '../../durations.ts';
import { pointOf } from './failover.ts';
import { hydrate } from './hydration.ts';
import { checkNetwork } from './item-settings.ts';
import type { Job } from './job.ts';
import { requireAllowed, startOperation } from './operation.ts';
import { requireInMageRcm } from './policies.ts';
import type { ProtectedItem } from './protected-item.ts';
import { createTargetMachine } from './target-machine.ts';
import type { Vault } from './vault.ts';

/** `POST …/testFailover`. */
export const testFailoverInput = z.object({
  properties: z.object({
    failoverDirection: z.literal('PrimaryToRecovery').optional(),
    networkType: z.string().optional(),
    networkId: z.string().optional(),
    providerSpecificDetails: z.object({
      instanceType: z.string(),
      networkId: z.string().optional(),
      recoveryPointId: z.string().optional(),
    }),
  }),
});

/** Makes a copy of the machine in a test network; replication goes on. */
export function testFailOver(
  vault: Vault,
  item: ProtectedItem,
  { properties }: z.infer<typeof testFailoverInput>,
): Job {
  const details = properties.providerSpecificDetails;
  requireInMageRcm(details.instanceType);
  requireAllowed(item, 'TestFailover');
  const network = details.networkId ?? properties.networkId ?? item.settings.testNetworkId;
  checkNetwork(network, undefined, vault.world);
  pointOf(item, details.recoveryPointId, vault.world.clock.nowMs);
  const ownMs = minutesOf(vault.world.durations.testFailoverMinutes, item.random);
  const hydrationMs = minutesOf(vault.world.durations.hydrationMinutes, item.random);
  const hydration = hydrate(vault, item);
  const job: Job = startOperation(vault, item, {
    name: 'ReplicationProtectedItems_TestFailover',
    scenarioName: 'TestFailover',
    friendlyName: 'Test failover',
    detailsType: 'TestFailoverJobDetails',
    endsAs: vault.world.section.quirks.testFailoverJobEnds,
    tasks: [
      {
        name: 'VmTfoPrerequisitesCheck',
        friendlyName: 'Prerequisites check for test failover',
        durationMs: ownMs * 0.05,
        done: hydration.begin,
      },
      { name: 'VmTfoInitiateFailover', friendlyName: 'Starting test failover', durationMs: ownMs * 0.25 },
      {
        name: 'VmTfoPrepareTestVm',
        friendlyName: 'Creating test virtual machine',
        durationMs: hydrationMs + ownMs * 0.5,
        done: () => {
          hydration.end();
          const made = createTargetMachine(vault, item, `${item.settings.targetVmName}-test`, '-test');
          item.testMachineId = made.machine.id;
          job.warning = made.warning;
        },
      },
      { name: 'VmTfoBootTestVm', friendlyName: 'Start the virtual machine', durationMs: ownMs * 0.2 },
    ],
    failingTask: 'VmTfoPrepareTestVm',
    succeeded: () => {
      item.test = 'WaitingForCompletion';
      item.testJob = job;
      item.tested = true;
    },
    failed: hydration.end,
  });
  return job;
}

/** `POST …/testFailoverCleanup`. */
export const testFailoverCleanupInput = z.object({
  properties: z.object({ comments: z.string().optional() }),
});

/** Takes the test VM away. */
export function cleanUpTest(vault: Vault, item: ProtectedItem): Job {
  requireAllowed(item, 'TestFailoverCleanup');
  const totalMs = secondsOf(vault.world.durations.testFailoverCleanupSeconds, item.random);
  return startOperation(vault, item, {
    name: 'ReplicationProtectedItems_TestFailoverCleanup',
    scenarioName: 'TestFailoverCleanup',
    friendlyName: 'Cleanup test failover',
    detailsType: 'AsrJobDetails',
    tasks: [
      {
        name: 'VmTfoCleanupPreflightsCheck',
        friendlyName: 'Prerequisites check for cleanup',
        durationMs: totalMs * 0.1,
      },
      { name: 'VmTfoEndFailover', friendlyName: 'Ending test failover', durationMs: totalMs * 0.4 },
      { name: 'VmTfoDeleteTestVm', friendlyName: 'Deleting test virtual machine', durationMs: totalMs * 0.5 },
    ],
    succeeded: () => {
      if (item.testMachineId !== undefined) vault.world.compute.deleteMachine(item.testMachineId);
      if (item.testJob !== undefined) item.testJob.state = 'Succeeded';
      item.testMachineId = undefined;
      item.testJob = undefined;
      item.test = 'MarkedForDeletion';
    },
  });
}
