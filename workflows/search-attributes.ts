import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

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
