import {
  Client,
  Connection,
  WorkflowNotFoundError,
  type ConnectionOptions,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import { resolvePlan, type Plan } from '../plan/index.ts';
import * as messages from '../workflows/messages.ts';
import type {
  MachineStatus,
  PlanDifference,
  PlanStatus,
  Selection,
  WatchStatus,
} from '../workflows/messages.ts';
import { digestMemo, digestOf } from '../workflows/plan-digest.ts';
import type { recoveryPlan } from '../workflows/recovery-plan.ts';
import { attentionAttribute, planAttribute } from '../workflows/search-attributes.ts';
import { asPortageError, PortageError, type About } from './errors.ts';
import { progressOf, type WaitingFor } from './progress.ts';
import { reportsOf, type Report } from './reports.ts';

/** Where Portage's workflows run. */
export interface PortageClientOptions {
  readonly connection: ConnectionOptions;
  readonly namespace: string;
  /** The task queue that Portage's workers poll. */
  readonly taskQueue: string;
  /** Who asks: it stands in the histories beside everything this client does. */
  readonly identity: string;
}

/** What starting a plan came to. */
export interface Started {
  readonly workflowId: string;
  /** The plan was running already: nothing was started twice. */
  readonly attached: boolean;
  /** What the plan does not say and Portage therefore assumes. */
  readonly assumed: readonly string[];
}

/** A plan, or one machine of it: `payroll`, `payroll/db-01`. */
export interface Address {
  readonly plan: string;
  readonly vm?: string;
}

/** A workflow that is asked something answers within this, or its worker is not there. */
const answerMs = 15_000;

/** Starts plans, asks how they stand, and says what people decide: all that the command line can do, for programs. */
export class PortageClient {
  readonly #client: Client;
  readonly #taskQueue: string;

  private constructor(client: Client, taskQueue: string) {
    this.#client = client;
    this.#taskQueue = taskQueue;
  }

  /** @throws PortageError `unreachable` when no Temporal server answers at the address. */
  static async connect({
    connection,
    namespace,
    taskQueue,
    identity,
  }: PortageClientOptions): Promise<PortageClient> {
    try {
      const connected = await Connection.connect({ connectTimeout: '5 seconds', ...connection });
      return new PortageClient(new Client({ connection: connected, namespace, identity }), taskQueue);
    } catch (cause) {
      const where = connection.address ?? 'localhost:7233';
      throw new PortageError(
        'unreachable',
        `No Temporal server answers at ${where}. Start one, or set TEMPORAL_ADDRESS`,
        { cause },
      );
    }
  }

  async close(): Promise<void> {
    await this.#client.connection.close();
  }

  /**
   * Starts a plan, or attaches to it where it runs already.
   * @throws PortageError `refused` when it runs already with another content.
   */
  async start(plan: Plan): Promise<Started> {
    const { name, assumed } = resolvePlan(plan);
    const workflowId = messages.planWorkflowId(name);
    const digest = digestOf(plan);
    const running = await this.#running(name);
    if (running?.digest !== undefined && running.digest !== digest)
      throw new PortageError(
        'refused',
        `Plan ${name} runs already, with another content. See what differs, and apply it: portage apply <plan-file>. ` +
          `Or let it end, or give it up (portage abort ${name}), and start again`,
      );
    await this.#told({ plan: name }, () =>
      this.#client.workflow.start<typeof recoveryPlan>('recoveryPlan', {
        workflowId,
        taskQueue: this.#taskQueue,
        args: [plan],
        workflowIdConflictPolicy: 'USE_EXISTING',
        memo: { [digestMemo]: digest },
        staticSummary: `Plan ${name}`,
        typedSearchAttributes: [
          { key: planAttribute, value: name },
          { key: attentionAttribute, value: false },
        ],
      }),
    );
    return { workflowId, attached: running !== undefined, assumed };
  }

  /** @throws PortageError `not-found`, `unreachable`. */
  async planStatus(plan: string): Promise<PlanStatus> {
    return this.#told({ plan }, () => this.#plan(plan).query(messages.planStatusQuery));
  }

  /** @throws PortageError `not-found`, `unreachable`. */
  async machineStatus(plan: string, vm: string): Promise<MachineStatus> {
    return this.#told({ plan, vm }, () => this.#handle({ plan, vm }).query(messages.machineStatusQuery));
  }

  /** What a machine waits for in the clouds right now; `undefined` when it does not, or has not begun. */
  async progress(plan: string, vm: string): Promise<WaitingFor | undefined> {
    const description = await this.#described({ plan, vm });
    return description && progressOf(description);
  }

  /**
   * What the machines of a plan report to it, from its beginning until it has ended: every phase and every call for a
   * person, in order.
   * @param stop leaves it early.
   */
  async *reports(plan: string, stop: AbortSignal): AsyncGenerator<Report> {
    try {
      yield* reportsOf(this.#client, messages.planWorkflowId(plan), stop);
    } catch (error) {
      if (!stop.aborted) throw asPortageError(error, this.#about({ plan }));
    }
  }

  /** The names of the plans that are running. */
  async runningPlans(): Promise<string[]> {
    const query = `WorkflowType = 'recoveryPlan' AND ExecutionStatus = 'Running'`;
    return this.#told(undefined, async () => {
      const names = [];
      for await (const { workflowId } of this.#client.workflow.list({ query }))
        names.push(workflowId.slice(messages.planWorkflowId('').length));
      return names;
    });
  }

  /** Waits until every machine of the plan is through. @returns what became of them. */
  async untilEnded(plan: string): Promise<PlanStatus> {
    try {
      return await this.#plan(plan).result();
    } catch (error) {
      throw asPortageError(error, this.#about({ plan }));
    }
  }

  /**
   * Releases the failover of a plan, of what is selected in it, or of one machine: from now on, or on terms, in either case
   * instead of an earlier release. @param how its recovery point counts for one machine only. @returns what will happen.
   */
  async requestFailover(
    address: Address,
    selection: Selection = {},
    { recoveryPoint, ...terms }: messages.FailoverHow = {},
  ): Promise<string> {
    if (address.vm === undefined)
      return this.#ask(address, messages.planRequestFailoverUpdate.name, { ...selection, ...terms });
    const how = { ...terms, ...(recoveryPoint !== undefined && { recoveryPoint }) };
    return this.#ask(address, messages.requestFailoverUpdate.name, how);
  }

  /**
   * Has the Azure VM of a machine made anew from another recovery point, by its ARM id or name.
   * @throws PortageError `refused` before its failover and after its commit.
   */
  async changeRecoveryPoint(plan: string, vm: string, recoveryPoint: string): Promise<string> {
    return this.#ask({ plan, vm }, messages.changeRecoveryPointUpdate.name, { recoveryPoint });
  }

  /** Has machines failed over into their test network, as soon as they are ready. @throws PortageError `refused`. */
  async requestTestFailover(address: Address, selection: Selection = {}): Promise<string> {
    if (address.vm === undefined)
      return this.#ask(address, messages.planRequestTestFailoverUpdate.name, selection);
    return this.#ask(address, messages.requestTestFailoverUpdate.name);
  }

  /** Approves tests that passed, in the name of this client's identity. @throws PortageError `refused`. */
  async approveTest(address: Address, selection: Selection = {}): Promise<string> {
    if (address.vm === undefined) return this.#ask(address, messages.planApproveTestUpdate.name, selection);
    return this.#ask(address, messages.approveTestUpdate.name);
  }

  /** Approves cutovers that lack approvals, in the name of this client's identity. @throws PortageError `refused`. */
  async approveCutover(address: Address, selection: Selection = {}): Promise<string> {
    if (address.vm === undefined)
      return this.#ask(address, messages.planApproveCutoverUpdate.name, selection);
    return this.#ask(address, messages.approveCutoverUpdate.name);
  }

  /** Has test VMs taken away, approved or not. @throws PortageError `refused`. */
  async cleanUpTest(address: Address, selection: Selection = {}): Promise<string> {
    if (address.vm === undefined) return this.#ask(address, messages.planCleanUpTestUpdate.name, selection);
    return this.#ask(address, messages.cleanUpTestUpdate.name);
  }

  /** Lets no further step begin. */
  async pause(address: Address, selection: Selection = {}): Promise<string> {
    if (address.vm === undefined) return this.#ask(address, messages.planPauseUpdate.name, selection);
    return this.#ask(address, messages.pauseUpdate.name);
  }

  async resume(address: Address, selection: Selection = {}): Promise<string> {
    if (address.vm === undefined) return this.#ask(address, messages.planResumeUpdate.name, selection);
    return this.#ask(address, messages.resumeUpdate.name);
  }

  /** Has failed steps left out, where their attention offers it. @throws PortageError `refused`. */
  async skip(address: Address, selection: Selection = {}): Promise<string> {
    if (address.vm === undefined) return this.#ask(address, messages.planSkipStepUpdate.name, selection);
    return this.#ask(address, messages.skipStepUpdate.name);
  }

  /** Has machines go on in spite of what failed, in the name of this client's identity. @throws PortageError `refused`. */
  async accept(address: Address, selection: Selection = {}): Promise<string> {
    if (address.vm === undefined) return this.#ask(address, messages.planAcceptAnywayUpdate.name, selection);
    return this.#ask(address, messages.acceptAnywayUpdate.name);
  }

  /** Has failed steps done again. */
  async retry(address: Address, selection: Selection = {}): Promise<string> {
    if (address.vm === undefined) return this.#ask(address, messages.planRetryStepUpdate.name, selection);
    return this.#ask(address, messages.retryStepUpdate.name);
  }

  /**
   * Undoes a cutover: the source is started again. After the failover was accepted that ends replication for good, and
   * has to be said. @throws PortageError `refused`, with the reason.
   */
  async turnBack(
    address: Address,
    selection: Selection = {},
    how: messages.TurnBackHow = {},
  ): Promise<string> {
    if (address.vm === undefined)
      return this.#ask(address, messages.planTurnBackUpdate.name, { ...selection, ...how });
    return this.#ask(address, messages.turnBackUpdate.name, how);
  }

  /** Gives machines up, or a whole plan, and has what was done undone. @throws PortageError `refused` after a commit. */
  async abort(address: Address, selection: Selection = {}): Promise<string> {
    if (address.vm === undefined) return this.#ask(address, messages.planAbortUpdate.name, selection);
    return this.#ask(address, messages.abortUpdate.name);
  }

  /**
   * Gives one of the answers that a machine's attention offers, or, once the machine is done, the watch over its source.
   * @throws PortageError `refused`, with those that it does.
   */
  async confirm(plan: string, vm: string, answer: string): Promise<string> {
    const watch = await this.#isWatched(plan, vm);
    if (!watch) return this.#ask({ plan, vm }, messages.confirmUpdate.name, { answer });
    const args: [messages.Confirmation] = [{ answer }];
    return this.#told({ plan, vm }, () =>
      this.#watch(plan, vm).executeUpdate(messages.confirmUpdate, { args }),
    );
  }

  /** What was seen of a machine's source since it lives in Azure; `undefined` where it is not watched, and was not. */
  async sourceWatch(plan: string, vm: string): Promise<WatchStatus | undefined> {
    try {
      return await this.#inTime(() => this.#watch(plan, vm).query(messages.watchStatusQuery));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw asPortageError(error, this.#about({ plan, vm }));
    }
  }

  /**
   * How a plan differs from the one that runs, and what of that can't be changed any more.
   * @throws PortageError `not-found`, `unreachable`.
   */
  async difference(plan: Plan): Promise<PlanDifference> {
    const { name } = plan;
    return this.#told({ plan: name }, () => this.#plan(name).query(messages.planDifferenceQuery, plan));
  }

  /**
   * Has the plan that runs go by this content from now on, in the name of this client's identity: all of it, or nothing.
   * @param seen the revision that the difference was of; absent: whatever there is.
   * @throws PortageError `refused`, with every reason; also where the plan was changed since.
   */
  async applyPlan(plan: Plan, seen?: number): Promise<string> {
    const { name } = plan;
    const update = messages.applyPlanUpdate;
    return this.#told({ plan: name }, () =>
      seen === undefined
        ? this.#plan(name).executeUpdate(update, { args: [plan] })
        : this.#plan(name).executeUpdate(update, {
            args: [plan, seen],
            updateId: `${update.name}-${seen}-${digestOf(plan)}`,
          }),
    );
  }

  /** Says that a manual action of the plan is done. */
  async completeAction(plan: string, action: string): Promise<string> {
    return this.#ask({ plan }, messages.completeActionUpdate.name, { action });
  }

  #watch(plan: string, vm: string): WorkflowHandle {
    return this.#client.workflow.getHandle(messages.watchWorkflowId(plan, vm));
  }

  /** The machine is done, and its source is watched. */
  async #isWatched(plan: string, vm: string): Promise<boolean> {
    const machine = await this.#described({ plan, vm });
    if (machine?.status.name === 'RUNNING') return false;
    const status = await this.sourceWatch(plan, vm);
    return status?.state === 'asking';
  }

  #plan(plan: string): WorkflowHandle<typeof recoveryPlan> {
    return this.#client.workflow.getHandle<typeof recoveryPlan>(messages.planWorkflowId(plan));
  }

  #handle({ plan, vm }: Address): WorkflowHandle {
    return this.#client.workflow.getHandle(
      vm === undefined ? messages.planWorkflowId(plan) : messages.machineWorkflowId(plan, vm),
    );
  }

  async #ask(address: Address, update: string, argument?: unknown): Promise<string> {
    const handle = this.#handle(address);
    return this.#told(address, () =>
      argument === undefined
        ? handle.executeUpdate<string, []>(update)
        : handle.executeUpdate<string, [unknown]>(update, { args: [argument] }),
    );
  }

  /** The workflow of a plan or machine as Temporal describes it; `undefined` where there is none. */
  async #described(address: Address): Promise<WorkflowExecutionDescription | undefined> {
    try {
      return await this.#inTime(() => this.#handle(address).describe());
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw asPortageError(error, this.#about(address));
    }
  }

  /** Calls Temporal within the time that a running worker needs to answer. */
  async #inTime<T>(call: () => Promise<T>): Promise<T> {
    return this.#client.connection.withDeadline(Date.now() + answerMs, call);
  }

  /** Calls Temporal in time, about one plan or machine or about all plans, and says its errors in Portage's words. */
  async #told<T>(address: Address | undefined, call: () => Promise<T>): Promise<T> {
    try {
      return await this.#inTime(call);
    } catch (cause) {
      const error = asPortageError(cause, this.#about(address));
      const isUnknown = error instanceof PortageError && error.kind === 'not-found';
      throw (isUnknown ? await this.#whyNoMachine(address) : undefined) ?? error;
    }
  }

  #about(address: Address | undefined): About {
    const taskQueue = this.#taskQueue;
    if (address === undefined) return { what: 'list of plans', look: 'portage status', taskQueue };
    const { plan, vm } = address;
    const what = vm === undefined ? `plan ${plan}` : `machine ${plan}/${vm}`;
    return { what, look: `portage status ${plan}`, taskQueue };
  }

  /** Why a machine has no workflow, as its plan tells it; `undefined` where the plan is not known either. */
  async #whyNoMachine(address: Address | undefined): Promise<PortageError | undefined> {
    if (address?.vm === undefined) return undefined;
    const { plan, vm } = address;
    const status = await this.planStatus(plan).catch(() => undefined);
    if (status === undefined) return undefined;
    const machine = status.groups.flatMap(({ machines }) => machines).find((one) => one.vm === vm);
    return new PortageError(
      'not-found',
      machine === undefined
        ? `Plan ${plan} has no machine ${vm}. See which it has: portage status ${plan}`
        : `Machine ${plan}/${vm} has not begun: it is ${machine.phase}. See the whole plan: portage status ${plan}`,
    );
  }

  /** The digest of a plan that runs; `undefined` when it does not. One that another tool started has none. */
  async #running(plan: string): Promise<{ readonly digest: unknown } | undefined> {
    const description = await this.#described({ plan });
    if (description?.status.name !== 'RUNNING') return undefined;
    return { digest: description.memo?.[digestMemo] };
  }
}
