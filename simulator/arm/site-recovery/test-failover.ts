import { z } from 'zod';
import { minutesOf, secondsOf } from '../../durations.ts';
import { choosePoint } from './choose-point.ts';
import { hydrate, type Hydration } from './hydration.ts';
import { checkNetwork } from './check-network.ts';
import { task, type Job, type JobTask } from './job.ts';
import { requireAllowed, startOperation } from './operation.ts';
import { requireInstanceType } from './policies.ts';
import type { ProtectedItem } from './protected-item.ts';
import { watchSource } from './source-watch.ts';
import { createTargetMachine, machineRefusal, testMachine, type WantedMachine } from './target-machine.ts';
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
  requireInstanceType(item.fabric.provider, details.instanceType);
  requireAllowed(item, 'TestFailover');
  const networkId = details.networkId ?? properties.networkId ?? item.settings.testNetworkId;
  checkNetwork(networkId, undefined, vault.world);
  watchSource(item, vault.world.clock.nowMs);
  const point = choosePoint(item, details.recoveryPointId, vault.world.clock.nowMs);
  const guest = vault.world.sources.copyOfGuest(item.source.instanceId);
  const hydration = hydrate(item);
  const job: Job = startOperation(vault, item, {
    name: 'ReplicationProtectedItems_TestFailover',
    scenarioName: 'TestFailover',
    friendlyName: 'Test failover',
    detailsType: 'TestFailoverJobDetails',
    endsAs: vault.world.section.quirks.testFailoverJobEnds,
    tasks: testTasks(item, testMachine(item, networkId), hydration, () => {
      const made = createTargetMachine(item, testMachine(item, networkId), { guest, point });
      item.testMachineId = made.machine.id;
      job.tested = [
        {
          name: item.internalIdentifier,
          friendlyName: item.friendlyName,
          testVmName: made.machine.name,
          networkFriendlyName: networkId.slice(networkId.lastIndexOf('/') + 1),
        },
      ];
      job.warning = made.warning;
    }),
    failingTask: 'VmTfoPrepareTestVm',
    succeeded: () => {
      item.test = 'WaitingForCompletion';
      item.testJob = job;
      item.lastTestMs = vault.world.clock.nowMs;
    },
    failed: hydration.end,
  });
  return job;
}

function testTasks(
  item: ProtectedItem,
  wanted: WantedMachine,
  hydration: Hydration,
  make: () => void,
): JobTask[] {
  const { world } = item.fabric.vault;
  const ownMs = minutesOf(world.durations.testFailoverMinutes, item.random);
  const hydrationMs = minutesOf(world.durations.hydrationMinutes, item.random);
  return [
    {
      ...task(
        'VmTfoPrerequisitesCheck',
        'Prerequisites check for test failover',
        ownMs * 0.05,
        hydration.begin,
      ),
      check: hydration.refusal,
    },
    task('VmTfoInitiateFailover', 'Starting test failover', ownMs * 0.25),
    {
      ...task('VmTfoPrepareTestVm', 'Creating test virtual machine', hydrationMs + ownMs * 0.5, make),
      check: () => hydration.outcome() ?? machineRefusal(item, wanted),
    },
    task('VmTfoBootTestVm', 'Start the virtual machine', ownMs * 0.2),
  ];
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
      task('VmTfoCleanupPreflightsCheck', 'Prerequisites check for cleanup', totalMs * 0.1),
      task('VmTfoEndFailover', 'Ending test failover', totalMs * 0.4),
      task('VmTfoDeleteTestVm', 'Deleting test virtual machine', totalMs * 0.5),
    ],
    succeeded: () => {
      if (item.testMachineId !== undefined) takeTestMachine(vault, item.testMachineId);
      if (item.testJob !== undefined) item.testJob.state = 'Succeeded';
      item.testMachineId = undefined;
      item.testJob = undefined;
      item.test = 'MarkedForDeletion';
    },
  });
}

/** Takes a test VM away with all that it has, but for what a quirk leaves behind. */
function takeTestMachine({ world }: Vault, id: string): void {
  const { testCleanupLeaves: leaves } = world.section.quirks;
  if (leaves === 'vm') return;
  world.compute.deleteMachine(id, leaves === 'nothing' ? undefined : leaves);
}
