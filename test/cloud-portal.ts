import type { TestFailoverProviderSpecificInputUnion } from '@azure/arm-recoveryservices-siterecovery';
import { argumentsOf } from '../activities/site-recovery/items.ts';
import type { CloudWorld, Found } from './cloud-world.ts';

/** What a person does in the portal: a test failover of an item, into the network for tests. */
export async function testFailover(
  world: CloudWorld,
  { vm, item }: Pick<Found, 'vm' | 'item'>,
): Promise<void> {
  const networkId = vm.target.networkId.replace('vnet-prod', 'vnet-test');
  const providerSpecificDetails: TestFailoverProviderSpecificInputUnion =
    vm.environment.provider === 'classic'
      ? { instanceType: 'InMageAzureV2' }
      : { instanceType: 'InMageRcm', networkId };
  await world.run(() =>
    world.azure.siteRecovery.replicationProtectedItems.beginTestFailover(...argumentsOf(item), {
      properties: {
        failoverDirection: 'PrimaryToRecovery',
        networkType: 'VmNetworkAsInput',
        networkId,
        providerSpecificDetails,
      },
    }),
  );
}

/** What a person does when the test was good: its VM goes. */
export async function cleanUpTest(world: CloudWorld, { item }: Pick<Found, 'item'>): Promise<void> {
  await world.run(() =>
    world.azure.siteRecovery.replicationProtectedItems.beginTestFailoverCleanup(...argumentsOf(item), {
      properties: { comments: '' },
    }),
  );
}

/** What a person does to give an item up. */
export async function disableReplication(world: CloudWorld, { item }: Pick<Found, 'item'>): Promise<void> {
  await world.run(() =>
    world.azure.siteRecovery.replicationProtectedItems.beginDelete(...argumentsOf(item), {
      properties: { disableProtectionReason: 'NotSpecified' },
    }),
  );
}
