import type { VirtualMachine } from '@azure/arm-compute';
import type { Job, TestFailoverJobDetails } from '@azure/arm-recoveryservices-siterecovery';
import { Context } from '@temporalio/activity';
import type { VmPlan } from '../plan/index.ts';
import { nameOf, resourceGroupOf } from './arm-id.ts';
import type { ActivityDeps, AzureClients } from './clouds.ts';
import { ifThere } from './cloud-errors.ts';
import { finalFailure, notYet, passingFailure } from './failures.ts';
import type { MigratedVm } from './migrated-vm.ts';
import { beginOnce } from './site-recovery/begin-once.ts';
import {
  argumentsOf,
  hasTestVm,
  readItem,
  runningOn,
  testFailoverScenario,
  type ItemAddress,
} from './site-recovery/items.ts';
import { jobNamed, type JobMark } from './site-recovery/jobs.ts';
import { providerOf } from './site-recovery/providers/providers.ts';

/** The VM that a test failover made, with everything that its clean-up has to take away. */
export interface TestVm extends MigratedVm {
  readonly interfaceIds: readonly string[];
}

/** How often a test VM is looked for after its clean-up before it counts as left behind: ARM's reads lag behind. */
const looksAfterCleanUp = 5;

/** Trying a machine out in the test network, while its source works on. */
export const testFailoverActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Begins a test failover to the latest recovery point, or finds the one begun since the mark; wait with `awaitJob`.
   * @returns the job's name, or `undefined` when a test VM of the item stands already.
   * @throws `NotAllowed` (final).
   * @see POST …/testFailover, api-version 2023-06-01
   */
  async beginTestFailover(vm: VmPlan, item: ItemAddress, mark: JobMark): Promise<string | undefined> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const input = providerOf(item.environment).testFailoverInput(vm.target.testNetworkId ?? '');
    return beginOnce(azure, item, mark, {
      allowedAs: 'TestFailover',
      scenario: testFailoverScenario,
      isDone: hasTestVm,
      send: (options) =>
        azure.siteRecovery.replicationProtectedItems.beginTestFailover(...argumentsOf(item), input, options),
    });
  },

  /**
   * Finds the test VM by what its job says: the item names neither the VM nor its disks. A VM that was there before the
   * job is somebody else's, whatever its name.
   * @throws `TestVmUnknown`: retried while Azure catches up.
   */
  async findTestVm(vm: VmPlan, item: ItemAddress): Promise<TestVm> {
    const told = await testVmOf(clouds.azure(item.environment.subscriptionId), vm, item);
    if (typeof told === 'string') throw unknown(item, told);
    return told;
  },

  /** The test VM, where there is one that can be told. */
  async lookForTestVm(vm: VmPlan, item: ItemAddress): Promise<TestVm | undefined> {
    const told = await testVmOf(clouds.azure(item.environment.subscriptionId), vm, item);
    return typeof told === 'string' ? undefined : told;
  },

  /** Waits until no test failover of the item is under way: one that is can be neither cleaned up nor called off. */
  async awaitTestSettled(item: ItemAddress): Promise<void> {
    const running = runningOn(await readItem(clouds.azure(item.environment.subscriptionId), item));
    if (running?.scenario === testFailoverScenario)
      throw notYet({ text: `${running.scenario} is still running` }, pollIntervalMs);
  },

  /**
   * Begins to clean a test up, or finds it begun or done.
   * @param comment stands in the vault's job.
   * @see POST …/testFailoverCleanup, api-version 2023-06-01
   */
  async beginTestCleanUp(item: ItemAddress, mark: JobMark, comment: string): Promise<string | undefined> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const input = { properties: { comments: comment } };
    return beginOnce(azure, item, mark, {
      allowedAs: 'TestFailoverCleanup',
      scenario: 'TestFailoverCleanup',
      isDone: (read) => !hasTestVm(read),
      send: (options) =>
        azure.siteRecovery.replicationProtectedItems.beginTestFailoverCleanup(
          ...argumentsOf(item),
          input,
          options,
        ),
    });
  },

  /**
   * Sees that nothing of a test is left: what is makes the real failover fail (field notes).
   * @throws `TestLeft` (final) with what is.
   */
  async checkTestGone(item: ItemAddress, { id, diskIds, interfaceIds }: TestVm): Promise<void> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const { virtualMachines, disks } = azure.compute;
    const { networkInterfaces } = azure.network;
    const looks = [
      ifThere(() => virtualMachines.get(resourceGroupOf(id), nameOf(id))),
      ...diskIds.map((disk) => ifThere(() => disks.get(resourceGroupOf(disk), nameOf(disk)))),
      ...interfaceIds.map((nic) => ifThere(() => networkInterfaces.get(resourceGroupOf(nic), nameOf(nic)))),
    ];
    const left = (await Promise.all(looks)).flatMap((one) => one?.name ?? []);
    if (left.length === 0) return;
    const said = `${item.name}: the test is cleaned up, and there is still ${left.join(', ')}`;
    if (Context.current().info.attempt < looksAfterCleanUp) throw notYet({ text: said }, pollIntervalMs);
    throw finalFailure('TestLeft', said, {
      code: 'TEST_LEFT',
      suggestion: 'Delete it in Azure, then retry: what a test leaves behind makes the real failover fail',
    });
  },
});

/** @returns the VM, or why it cannot be told. */
async function testVmOf(azure: AzureClients, vm: VmPlan, item: ItemAddress): Promise<TestVm | string> {
  const job = await testJob(azure, item);
  const since = job?.properties?.startTime;
  if (since === undefined) return 'no test failover of the item shows';
  const name = testVmName(job) ?? `${vm.target.vmName}-test`;
  const group = resourceGroupOf(vm.target.resourceGroupId);
  const read = await ifThere(() => azure.compute.virtualMachines.get(group, name));
  if (read?.id === undefined) return `there is no VM ${name}`;
  return (read.timeCreated ?? since) < since ? `${name} was there before the test` : asTestVm(read.id, read);
}

/** The item's latest test failover: the item names its job until the clean-up. */
async function testJob(azure: AzureClients, item: ItemAddress): Promise<Job | undefined> {
  const { scenarioName, jobId } = (await readItem(azure, item))?.properties?.currentScenario ?? {};
  if (scenarioName !== testFailoverScenario || jobId === undefined) return undefined;
  return jobNamed(azure, item.environment, nameOf(jobId));
}

function testVmName(job: Job | undefined): string | undefined {
  const details = job?.properties?.customDetails;
  const [tested] = details !== undefined && isTest(details) ? (details.protectedItemDetails ?? []) : [];
  return tested?.testVmName;
}

const isTest = (
  details: NonNullable<NonNullable<Job['properties']>['customDetails']>,
): details is TestFailoverJobDetails => details.instanceType === 'TestFailoverJobDetails';

function asTestVm(id: string, { hardwareProfile, storageProfile, networkProfile }: VirtualMachine): TestVm {
  const disks = [storageProfile?.osDisk, ...(storageProfile?.dataDisks ?? [])];
  return {
    id,
    name: nameOf(id),
    size: hardwareProfile?.vmSize ?? '',
    diskIds: disks.flatMap((disk) => disk?.managedDisk?.id ?? []),
    interfaceIds: (networkProfile?.networkInterfaces ?? []).flatMap((nic) => nic.id ?? []),
  };
}

function unknown(item: ItemAddress, why: string) {
  return passingFailure('TestVmUnknown', `${item.name}: the test VM cannot be told: ${why}`, {
    code: 'TEST_VM_UNKNOWN',
    suggestion: 'Look at the job of the test failover in the vault, then retry; or clean the test up',
  });
}
