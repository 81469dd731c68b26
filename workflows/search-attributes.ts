import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';
import type { VmPlan } from '../plan/resolve.ts';

/** Search attributes that a namespace must have before Portage runs in it: `portage doctor` looks for them. */
export const planAttribute = defineSearchAttributeKey('PortagePlan', SearchAttributeType.KEYWORD);
export const vmAttribute = defineSearchAttributeKey('PortageVm', SearchAttributeType.KEYWORD);
export const groupAttribute = defineSearchAttributeKey('PortageGroup', SearchAttributeType.KEYWORD);
export const phaseAttribute = defineSearchAttributeKey('PortagePhase', SearchAttributeType.KEYWORD);
export const environmentAttribute = defineSearchAttributeKey(
  'PortageEnvironment',
  SearchAttributeType.KEYWORD,
);
export const attentionAttribute = defineSearchAttributeKey('PortageAttention', SearchAttributeType.BOOL);

export const searchAttributes = [
  planAttribute,
  vmAttribute,
  groupAttribute,
  phaseAttribute,
  environmentAttribute,
  attentionAttribute,
] as const;

/** What a machine's workflow can be found by, from its first moment. */
export function searchAttributesOf(vm: VmPlan): SearchAttributePair[] {
  return [
    { key: planAttribute, value: vm.plan },
    { key: vmAttribute, value: vm.name },
    { key: groupAttribute, value: vm.group },
    { key: environmentAttribute, value: vm.environment.name },
    { key: phaseAttribute, value: 'queued' },
    { key: attentionAttribute, value: false },
  ];
}
