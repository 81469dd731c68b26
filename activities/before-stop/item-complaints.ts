import type { ReplicationProtectedItem } from '@azure/arm-recoveryservices-siterecovery';
import type { VmPlan } from '../../plan/index.ts';
import { allows, stateOf } from '../site-recovery/items.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';

/** What an item itself says against its failover. */
export function itemComplaints(vm: VmPlan, item: ReplicationProtectedItem, sourceRuns: boolean): string[] {
  const { protectionState, replicationHealth, testFailoverState } = item.properties ?? {};
  const { resyncRequired } = providerOf(vm.environment).details(item);
  return [
    ...(protectionState === 'Protected' || protectionState === 'UnplannedFailoverFailed'
      ? []
      : [`it is ${stateOf(item)}`]),
    ...(allows(item, 'UnplannedFailover') ? [] : ['Site Recovery would refuse a failover']),
    ...(sourceRuns && replicationHealth === 'Critical' ? ['its replication health is Critical'] : []),
    ...(resyncRequired ? ['it needs a resync'] : []),
    ...(testFailoverState === 'WaitingForCompletion' ? ['a test failover has not been cleaned up'] : []),
  ];
}
