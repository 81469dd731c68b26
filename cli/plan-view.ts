import type { MachineStatus, PlanStatus, PortageClient, Report, WaitingFor } from '../client/index.ts';
import { findingLine } from './findings-view.ts';
import { clock, table } from './output.ts';

/** A machine as people look at it: how it stands, and how far what it waits for has come. */
export interface MachineView extends Report {
  readonly group: string;
  readonly waitingFor: WaitingFor | undefined;
  readonly azureVm: string | undefined;
}

export interface PlanView {
  readonly status: PlanStatus;
  readonly machines: readonly MachineView[];
}

type Attention = NonNullable<MachineStatus['attention']>;
type Phase = MachineStatus['phase'];
type PlanMachine = PlanStatus['groups'][number]['machines'][number];

/** Looks at a plan and at what each of its machines waits for. */
export async function viewPlan(client: PortageClient, plan: string): Promise<PlanView> {
  const status = await client.planStatus(plan);
  const machines = status.groups.flatMap(({ name: group, machines }) =>
    machines.map(async ({ vm, phase, attention, azureVm }) => ({
      vm,
      group,
      phase,
      waitingFor: isWaiting(phase) ? await client.progress(plan, vm) : undefined,
      attention,
      azureVm: azureVm && lastSegment(azureVm),
    })),
  );
  return { status, machines: await Promise.all(machines) };
}

/** One machine in one line: phase, percentage, elapsed. */
export function lineOf(
  { vm, phase, attention, waitingFor }: Report & Partial<MachineView>,
  elapsedMs: number,
): string {
  const text =
    attention === undefined
      ? (waitingFor?.text ?? '')
      : `needs a person: ${withCode(attention.code, attention.message)}. ${attention.suggestion}`;
  const standing = phaseText(phase, waitingFor);
  return `${vm.padEnd(10)} ${standing.padEnd(18)} ${clock(elapsedMs).padStart(7)}  ${text}`.trimEnd();
}

/** `replicating 45 %` */
export function phaseText(phase: Phase, waitingFor: WaitingFor | undefined): string {
  return waitingFor?.percent === undefined ? phase : `${phase} ${Math.round(waitingFor.percent)} %`;
}

/** A plan as a table of its machines, with what waits for a person below. */
export function planTable({ status, machines }: PlanView): string {
  const rows = machines.map(({ vm, group, phase, waitingFor, attention, azureVm }) => [
    group,
    vm,
    `${phaseText(phase, waitingFor)}${attention === undefined ? '' : ', attention'}`,
    azureVm ?? '',
  ]);
  const { plan, state, paused, failures } = status;
  return [
    `Plan ${plan}: ${state}${paused ? ', paused' : ''}; ${failures.count} failed of ${failures.limit} tolerated`,
    ...environmentLines(status),
    table(['group', 'machine', 'phase', 'Azure VM'], rows),
    ...openPoints(status),
    ...status.findings.filter(({ severity }) => severity !== 'blocker').map(findingLine),
    ...nextSteps(status),
  ].join('\n');
}

/** Environments that are not complete: machines may wait for them. */
function environmentLines({ environments }: PlanStatus): string[] {
  const open = environments.filter(({ state }) => state !== 'complete');
  return open.map(({ name, state }) => `Environment ${name}: ${state}`);
}

/** Everything that waits for a person, each with the command that answers it. */
export function openPoints(status: PlanStatus): string[] {
  const { plan, groups, environments, attention } = status;
  const actions = groups
    .flatMap((group) => group.actions)
    .filter(({ state, kind }) => state === 'open' && kind === 'manual');
  return [
    ...actions.map(({ id, text }) => `To do: ${text}\n  then: portage complete ${plan} ${id}`),
    ...groups
      .flatMap((group) => group.machines)
      .filter(waitsForApproval)
      .map(({ vm }) => `To approve: the test of ${vm} passed\n  then: portage approve ${plan}/${vm} --test`),
    ...groups.flatMap((group) => group.machines).flatMap((machine) => approvalLine(plan, machine)),
    ...attentionLines(`plan ${plan}`, attention),
    ...environments.flatMap((one) => attentionLines(`environment ${one.name}`, one.attention)),
    ...groups
      .flatMap((group) => group.machines)
      .flatMap((machine) => attentionLines(machine.vm, machine.attention)),
  ];
}

/** Its test passed, and its VM is up to be seen, or the cutover waits for somebody's word. */
function waitsForApproval({ test, heldBack }: PlanMachine): boolean {
  const isOpen = test?.outcome === 'passed' && test.approvedBy === undefined;
  return isOpen && (test.state === 'up' || heldBack !== undefined);
}

/** It is ready, and its cutover lacks people's word. */
function approvalLine(plan: string, { vm, phase, approvals }: PlanMachine): string[] {
  if (phase !== 'ready' || approvals === undefined || approvals.by.length >= approvals.needed) return [];
  const count = `${approvals.by.length} of ${approvals.needed}`;
  return [`To approve: the cutover of ${vm}, ${count}\n  then: portage approve ${plan}/${vm} --cutover`];
}

/** What somebody who needs help is told: what happened, what to do, and with which command. */
export function attentionLines(who: string, attention: Attention | undefined): string[] {
  if (attention === undefined) return [];
  const { step, code, message, suggestion, choices } = attention;
  return [
    `Attention, ${who}: ${step}: ${withCode(code, message)}`,
    ...suggestion.split('\n').map((line) => `  ${line}`),
    ...choices.map((choice) => `  ${choice}`),
  ];
}

/** Many a message names its code already. */
function withCode(code: string, message: string): string {
  return message.includes(code) ? message : `${code}: ${message}`;
}

/** What somebody may do who wants the plan to go on. */
function nextSteps({ plan, paused, groups }: PlanStatus): string[] {
  const held = groups.filter(({ machines }) =>
    machines.some(({ phase, released }) => phase === 'ready' && !released),
  );
  const names = held.map(({ name }) => name).join(', ');
  return [
    ...groups.flatMap((group) => group.machines).flatMap(heldBackLine),
    ...(paused ? [`Paused. To go on: portage resume ${plan}`] : []),
    ...(held.length > 0 ? [`Ready, not released: ${names}. To cut over: portage failover ${plan}`] : []),
  ];
}

/** Who waits for a time, and nothing else, goes on by itself. */
function heldBackLine({ vm, phase, heldBack, heldBackUntil }: PlanMachine): string[] {
  if (phase !== 'ready' || heldBack === undefined || heldBackUntil === undefined) return [];
  return [`Held back, ${vm}: ${heldBack}, until ${heldBackUntil}`];
}

/** True when anything in the plan waits for a person beyond the release of its failover. */
export function needsPerson(status: PlanStatus): boolean {
  return openPoints(status).length > 0;
}

/** True when a step of the plan or of a machine has failed for good. */
export function hasFailed({ attention, environments, groups }: PlanStatus): boolean {
  const parts = [...environments, ...groups.flatMap((group) => group.machines)];
  return [attention, ...parts.map((part) => part.attention)].some((one) => one?.kind === 'failed');
}

/** The name at the end of an ARM id. */
function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function isWaiting(phase: Phase): boolean {
  return !['queued', 'ready', 'completed', 'turned-back', 'aborted'].includes(phase);
}
