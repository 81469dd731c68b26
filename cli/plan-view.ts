import type { PlanStatus, PortageClient, WaitingFor } from '../client/index.ts';
import { clock, table } from './output.ts';

/** A machine as people look at it: how it stands, and how far what it waits for has come. */
export interface MachineView {
  readonly vm: string;
  readonly group: string;
  readonly phase: string;
  readonly waitingFor: WaitingFor | undefined;
  readonly attention: string | undefined;
  readonly azureVm: string | undefined;
}

export interface PlanView {
  readonly status: PlanStatus;
  readonly machines: readonly MachineView[];
}

/** Looks at a plan and at what each of its machines waits for. */
export async function viewPlan(client: PortageClient, plan: string): Promise<PlanView> {
  const status = await client.planStatus(plan);
  const machines = status.groups.flatMap(({ name: group, machines }) =>
    machines.map(async ({ vm, phase, attention, azureVm }) => ({
      vm,
      group,
      phase,
      waitingFor: isWaiting(phase) ? await client.progress(plan, vm) : undefined,
      attention: attention && `${attention.code}: ${attention.message}. ${attention.suggestion}`,
      azureVm: azureVm?.slice(azureVm.lastIndexOf('/') + 1),
    })),
  );
  return { status, machines: await Promise.all(machines) };
}

/** One machine in one line: phase, percentage, elapsed. */
export function lineOf({ vm, phase, waitingFor, attention }: MachineView, elapsedMs: number): string {
  const percent = waitingFor?.percent === undefined ? '' : ` ${Math.round(waitingFor.percent)} %`;
  const text = attention === undefined ? (waitingFor?.text ?? '') : `needs a person: ${attention}`;
  return `${vm.padEnd(10)} ${`${phase}${percent}`.padEnd(18)} ${clock(elapsedMs).padStart(7)}  ${text}`.trimEnd();
}

/** A plan as a table of its machines, with what waits for a person below. */
export function planTable({ status, machines }: PlanView): string {
  const rows = machines.map(({ vm, group, phase, waitingFor, attention, azureVm }) => [
    group,
    vm,
    attention === undefined ? phase : `${phase} (attention)`,
    waitingFor?.percent === undefined ? '' : `${Math.round(waitingFor.percent)} %`,
    azureVm ?? '',
  ]);
  const head = `Plan ${status.plan}: ${status.state}${status.paused ? ', paused' : ''}; ${status.failures.count} failed of ${status.failures.limit} tolerated`;
  return [
    head,
    table(['group', 'machine', 'phase', 'progress', 'Azure VM'], rows),
    ...openPoints(status),
  ].join('\n');
}

/** Everything that waits for a person, each with the command that answers it. */
export function openPoints(status: PlanStatus): string[] {
  const actions = status.groups.flatMap(({ actions }) =>
    actions.filter(({ state, kind }) => state === 'open' && kind === 'manual'),
  );
  const machines = status.groups.flatMap(({ machines }) => machines);
  return [
    ...actions.map(({ id, text }) => `To do: ${text}\n  then: portage complete ${status.plan} ${id}`),
    ...[status, ...machines].flatMap(({ attention, ...of }) =>
      attention === undefined
        ? []
        : [
            `Attention, ${'vm' in of ? of.vm : status.plan}: ${attention.step}: ${attention.message}`,
            `  ${attention.suggestion}`,
            ...attention.choices.map((choice) => `  ${choice}`),
          ],
    ),
  ];
}

/** True when anything in the plan waits for a person beyond the release of its failover. */
export function needsPerson(status: PlanStatus): boolean {
  return openPoints(status).length > 0;
}

function isWaiting(phase: string): boolean {
  return !['queued', 'ready', 'completed', 'turned-back', 'aborted'].includes(phase);
}
