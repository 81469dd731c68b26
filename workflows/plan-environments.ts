import { condition, getExternalWorkflowHandle } from '@temporalio/workflow';
import type { EnvironmentRequest } from '../activities/index.ts';
import type { ResolvedPlan, VmPlan } from '../plan/resolve.ts';
import type { Trouble } from './attention.ts';
import {
  environmentWorkflowId,
  noLongerNeededSignal,
  type EnvironmentReport,
  type EnvironmentState,
  type NoLongerNeeded,
  type PlanEnvironment,
} from './messages.ts';
import { timestamp } from './story.ts';
import { waitOrLeave } from './wait-or-leave.ts';

/** An environment as its plan keeps it. */
export interface KnownEnvironment {
  readonly name: string;
  request: EnvironmentRequest;
  readonly workflowId: string;
  /** Names, in the order of the plan. */
  readonly machines: readonly string[];
  report: EnvironmentReport;
  retryAsked: boolean;
}

/** The environments of a plan, as their workflows last reported. */
export class PlanEnvironments {
  readonly #byName: ReadonlyMap<string, KnownEnvironment>;
  #over = false;

  constructor(plan: ResolvedPlan) {
    this.#byName = new Map(knownIn(plan).map((known) => [known.name, known]));
  }

  /**
   * Asks those anew that the plan wants something else of.
   * @param ended machines that need nothing of them any more.
   */
  change(plan: ResolvedPlan, ended: readonly string[]): void {
    for (const { name, request } of knownIn(plan)) {
      const known = this.#byName.get(name);
      if (known === undefined) continue;
      const isNew = wantsMore(without(known.request, ended), without(request, ended), known.report.state);
      known.request = without(request, ended);
      known.retryAsked ||= isNew;
    }
  }

  get all(): readonly KnownEnvironment[] {
    return [...this.#byName.values()];
  }

  /** Names of those whose step failed. */
  get failed(): readonly string[] {
    return this.all.filter(hasFailed).map(({ request }) => request.environment.name);
  }

  status(): PlanEnvironment[] {
    return this.all.map(({ request, report: { state, attention } }) => ({
      name: request.environment.name,
      state,
      ...(attention && { attention }),
    }));
  }

  /** Takes a report, unless a later one was heard before. @returns whether it was taken. */
  heard(report: EnvironmentReport): boolean {
    const known = this.#byName.get(report.environment);
    if (known === undefined || !isLater(report, known.report)) return false;
    known.report = report;
    return true;
  }

  /** Its workflow could not be asked, or is no more: a person has to have it asked again. */
  lost(known: KnownEnvironment, state: EnvironmentState, trouble: Trouble): void {
    const choices = [`portage retry ${known.request.plan}`];
    const step = 'Prepare the environment';
    const attention = { ...trouble, step, choices, kind: 'failed', since: timestamp() } as const;
    known.report = { ...known.report, state, attention, notes: [] };
  }

  /**
   * Follows the workflow that prepares it, until nothing more is to come of it or it is asked again.
   * @param closed waits until that workflow has closed.
   * @returns true when it closed before that, without a word.
   */
  async endsEarly(known: KnownEnvironment, closed: () => Promise<void>): Promise<boolean> {
    return waitOrLeave(
      () => closed().then(() => true),
      () => this.#over || known.retryAsked || ['complete', 'ended'].includes(known.report.state),
      () => false,
    );
  }

  retry(): void {
    for (const known of this.all.filter(hasFailed)) known.retryAsked = true;
  }

  /** Waits until somebody has it asked again. @returns false when the plan does not need it any more. */
  async untilRetried(known: KnownEnvironment): Promise<boolean> {
    await condition(() => known.retryAsked || this.#over);
    known.retryAsked = false;
    return !this.#over;
  }

  /** The plan has ended, or begins nothing any more: nobody has to prepare anything for it. */
  giveUp(): void {
    this.#over = true;
  }

  /** Tells an environment that the plan does not need it any more. To be awaited: what a closed workflow still had to send is lost. */
  async leave({ request, report, workflowId }: KnownEnvironment): Promise<void> {
    if (report.state !== 'complete') await tell(workflowId, { plan: request.plan });
  }

  /** A machine has ended: nobody has to add it any more. */
  forget({ name, environment }: VmPlan): void {
    const known = this.#byName.get(environment.name);
    if (known === undefined || known.report.state === 'complete' || this.#over) return;
    void tell(known.workflowId, { plan: known.request.plan, vms: [name] });
  }
}

/** Machines can be prepared in it. */
export function isReady({ report: { state } }: KnownEnvironment): boolean {
  return state === 'ready' || state === 'complete';
}

function hasFailed({ report }: KnownEnvironment): boolean {
  return report.attention?.kind === 'failed';
}

/** The workflow may be gone, and need not hear it then. */
async function tell(workflowId: string, what: NoLongerNeeded): Promise<void> {
  await getExternalWorkflowHandle(workflowId)
    .signal(noLongerNeededSignal, what)
    .catch(() => undefined);
}

function isLater(one: EnvironmentReport, other: EnvironmentReport): boolean {
  return one.run > other.run || (one.run === other.run && one.sequence > other.sequence);
}

/** The environments that a plan's machines are in. */
function knownIn({ name: plan, groups }: ResolvedPlan): KnownEnvironment[] {
  const machines = groups.flatMap((group) => group.machines);
  const names = new Set(machines.map(({ environment }) => environment.name));
  return [...names].map((name) =>
    asKnown(
      plan,
      machines.filter(({ environment }) => environment.name === name),
    ),
  );
}

function without(request: EnvironmentRequest, ended: readonly string[]): EnvironmentRequest {
  return { ...request, machines: request.machines.filter(({ vm }) => !ended.includes(vm)) };
}

/** What is accepted is of no use to one that is complete. */
function wantsMore(before: EnvironmentRequest, now: EnvironmentRequest, state: EnvironmentState): boolean {
  const compared = (request: EnvironmentRequest) =>
    JSON.stringify(state === 'complete' ? { ...request, accept: [] } : request);
  return compared(before) !== compared(now);
}

function asKnown(plan: string, machines: readonly VmPlan[]): KnownEnvironment {
  const [first] = machines;
  if (first === undefined) throw new TypeError('an environment without machines');
  const { environment } = first;
  const groups = machines.map(({ target }) => target.resourceGroupId);
  return {
    name: environment.name,
    machines: machines.map(({ name }) => name),
    workflowId: environmentWorkflowId(environment),
    request: {
      plan,
      environment,
      targets: { resourceGroupIds: [...new Set(groups)] },
      machines: machines.map(asAwaited),
      accept: first.accept.filter((code) => machines.every(({ accept }) => accept.includes(code))),
    },
    report: {
      environment: environment.name,
      run: 0,
      sequence: 0,
      state: 'preparing',
      notes: [],
    },
    retryAsked: false,
  };
}

function asAwaited({ name, source, locate, mobility, agentConfigParameter }: VmPlan) {
  return {
    vm: name,
    region: source.region,
    locate,
    mobility,
    agentConfigParameter,
    wantsRegistration: false,
  };
}
