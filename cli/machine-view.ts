import type { MachineStatus, TestStatus, WaitingFor, WatchStatus } from '../client/index.ts';
import { findingLine } from './findings-view.ts';
import { clock } from './output.ts';
import { attentionLines, phaseText } from './plan-view.ts';

/** One machine for people: how it stands, what to do next, what was found, and its story. */
export function machineText(status: MachineStatus, waitingFor: WaitingFor | undefined): string {
  const { plan, vm, phase, since, paused, next, findings, notes } = status;
  return [
    `${plan}/${vm}: ${phaseText(phase, waitingFor)} since ${since}${paused ? ', paused' : ''}`,
    ...(waitingFor === undefined ? [] : [`Waits for: ${waitingFor.text}`]),
    ...attentionLines(vm, status.attention),
    ...(status.attention === undefined ? [`Next: ${next}`] : []),
    ...(paused ? [`To go on: portage resume ${plan}/${vm}`] : []),
    ...whereLines(status),
    ...status.actions.map(({ text, state }) => `Action, ${state}: ${text}`),
    ...testLines(status),
    ...likenessLines(status.test?.comparison, 'Test VM'),
    ...likenessLines(status.comparison, 'Azure VM'),
    ...findings.map(findingLine),
    ...notes.map(({ at, text }) => `${at}  ${text}`),
  ].join('\n');
}

/** What was seen of a machine's source since it lives in Azure. */
export function watchText({
  plan,
  vm,
  instanceId,
  state,
  until,
  starts,
  attention,
  notes,
}: WatchStatus): string {
  const times = starts.length === 0 ? 'nobody has started it' : `started at ${starts.join(', ')}`;
  const words = {
    watching: `watched until ${until}`,
    asking: 'waits for a person’s word',
    ended: `was watched until ${until}`,
    gone: 'is gone',
  };
  return [
    `Source ${instanceId} of ${plan}/${vm} ${words[state]}; ${times}`,
    ...attentionLines(vm, attention),
    ...notes.map(({ at, text }) => `${at}  ${text}`),
  ].join('\n');
}

function testLines({ test, heldBack, heldBackUntil, approvals, estimate }: MachineStatus): string[] {
  const until = heldBackUntil === undefined ? '' : `, until ${heldBackUntil}`;
  return [
    ...(test === undefined ? [] : [`Test: ${testText(test)}`]),
    ...(heldBack === undefined ? [] : [`Held back: ${heldBack}${until}`]),
    ...(approvals?.given ?? []).map(approvalText),
    ...(estimate === undefined ? [] : [`Estimate: ${estimateText(estimate)}`]),
  ];
}

type GivenApproval = NonNullable<MachineStatus['approvals']>['given'][number];

function approvalText({ by, at, expiresAt, counts }: GivenApproval): string {
  return `Cutover approved by ${by} at ${at}, ${counts ? `until ${expiresAt}` : 'which does not count any more'}`;
}

type Estimate = NonNullable<MachineStatus['estimate']>;

function estimateText({ minutes, from, vm }: Estimate): string {
  const sources = {
    test: 'its last test',
    'finished-machine': `${vm ?? 'another machine'}, the longest so far`,
    plan: 'the plan',
  };
  return `a cutover takes ${minutes.toFixed(1)} minutes, after ${sources[from]}`;
}

/** How a VM in Azure differs from its source. */
function likenessLines(comparison: MachineStatus['comparison'], vm: string): string[] {
  if (comparison === undefined) return [];
  if (comparison.kind === 'inconclusive') return [`${vm} not compared with the source: ${comparison.why}`];
  if (comparison.differences.length === 0) return [`${vm} like its source`];
  return comparison.differences.map((difference) => `Difference: ${difference}`);
}

function testText({ state, outcome, azureVm, upUntil, approvedBy, approvedAt }: TestStatus): string {
  return [
    outcome === undefined ? 'under way' : `${outcome}, ${state}`,
    ...(azureVm && state !== 'cleaned-up' ? [`${azureVm.name}, ${azureVm.size}`] : []),
    ...(upUntil !== undefined && state === 'up' ? [`stays up until ${upUntil}`] : []),
    ...(approvedBy === undefined ? [] : [`approved by ${approvedBy} at ${approvedAt ?? ''}`]),
  ].join('; ');
}

function whereLines({ source, azureVm, sourceStoppedAt, validatedAt }: MachineStatus): string[] {
  return [
    ...(source
      ? [`Source: ${source.instanceId}, ${source.instanceType}, ${source.osType}, ${source.privateIp}`]
      : []),
    ...(azureVm ? [`Azure VM: ${azureVm.name}, ${azureVm.size}`] : []),
    ...(sourceStoppedAt !== undefined && validatedAt !== undefined
      ? [`Down for ${clock(Date.parse(validatedAt) - Date.parse(sourceStoppedAt))}, from stop to validation`]
      : []),
  ];
}
