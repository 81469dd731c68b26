import type { Clock } from '../../clock.ts';
import type { Random } from '../../random.ts';
import { stopOf, type Job, type JobPlan, type JobTask } from './job.ts';

/** The jobs of a vault: starts them, runs them by the simulated clock, keeps them. */
export class Jobs {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #byName = new Map<string, Job>();
  readonly #inOrder: Job[] = [];
  readonly #started = new Map<string, number>();
  readonly #waiting = new Map<Job, readonly (() => void)[]>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Starts a job. Its tasks run one after the other; what they do happens at their own instants. */
  start(plan: JobPlan, visibleFromMs = 0): Job {
    const random = this.#random.fork(`${plan.resourceId.toLowerCase()}/${this.#count(plan.resourceId)}`);
    const job: Job = {
      name: random.guid(),
      activityId: `${random.guid()} ActivityId: ${random.guid()}`,
      plan,
      startMs: this.#clock.nowMs,
      state: 'InProgress',
      endMs: undefined,
      warning: undefined,
      tested: [],
      visibleFromMs,
      stop: undefined,
    };
    this.#byName.set(job.name, job);
    this.#inOrder.push(job);
    if (plan.driver === undefined) this.#run(job);
    return job;
  }

  /** Ends a job. */
  end(job: Job, state: 'Succeeded' | 'Failed' | 'Suspended'): void {
    job.endMs = this.#clock.nowMs;
    job.state = state;
    if (state === 'Failed') job.plan.failed?.();
    else job.plan.succeeded();
    this.#tell(job);
  }

  /** Ends a job that runs: what its tasks would still have done does not happen. */
  cancel(job: Job): void {
    const { driver, cancelled, failed } = job.plan;
    job.endMs = this.#clock.nowMs;
    job.state = 'Cancelled';
    driver?.cancel();
    (cancelled ?? failed)?.();
    this.#tell(job);
  }

  /** Lets something happen when a job has ended, however it ends. */
  whenOver(job: Job, then: () => void): void {
    this.#waiting.set(job, [...(this.#waiting.get(job) ?? []), then]);
  }

  /** A job by name, once it can be seen. */
  get(name: string): Job | undefined {
    const job = this.#byName.get(name.toLowerCase());
    return job !== undefined && job.visibleFromMs <= this.#clock.nowMs ? job : undefined;
  }

  /** A job by name, seen or not: the operation's own address knows it from its first moment. */
  operation(name: string): Job | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /**
   * Jobs that meet a condition, newest first.
   * @param before place of the last job of the page before.
   * @returns up to `size` of them, and the place of the last one when there may be more.
   */
  page(
    size: number,
    before: number | undefined,
    sinceMs: number,
    meets: (job: Job) => boolean,
  ): { readonly jobs: readonly Job[]; readonly last: number | undefined } {
    const jobs: Job[] = [];
    for (let at = (before ?? this.#inOrder.length) - 1; at >= 0; at -= 1) {
      const job = this.#inOrder[at];
      if (job === undefined || job.startMs < sinceMs) break;
      if (job.visibleFromMs > this.#clock.nowMs || !meets(job)) continue;
      jobs.push(job);
      if (jobs.length === size) return { jobs, last: at };
    }
    return { jobs, last: undefined };
  }

  get count(): number {
    return this.#inOrder.length;
  }

  /** Every job, oldest first. */
  all(): readonly Job[] {
    return this.#inOrder;
  }

  #count(resourceId: string): number {
    const key = resourceId.toLowerCase();
    const count = (this.#started.get(key) ?? 0) + 1;
    this.#started.set(key, count);
    return count;
  }

  #run(job: Job): void {
    let afterMs = 0;
    const stop = stopOf(job);
    for (const [at, task] of job.plan.tasks.entries()) {
      afterMs += task.durationMs;
      if (at === stop?.at) break;
      this.#clock.after(afterMs, () => this.#finishTask(job, at, task));
    }
    this.#clock.after(afterMs, () => {
      if (job.state === 'InProgress')
        this.end(job, stop === undefined ? (job.plan.endsAs ?? 'Succeeded') : 'Failed');
    });
  }

  #finishTask(job: Job, at: number, { check, done }: JobTask): void {
    if (job.state !== 'InProgress') return;
    const failure = check?.();
    if (failure === undefined) {
      done?.();
      return;
    }
    job.stop = { failure, at };
    this.end(job, 'Failed');
  }

  #tell(job: Job): void {
    const waiting = this.#waiting.get(job) ?? [];
    this.#waiting.delete(job);
    for (const then of waiting) then();
  }
}
