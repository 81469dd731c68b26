import type { Plan } from '../plan/index.ts';

/** One plan and all that happens to it, drawn from a seed. */
export interface DrawnRun {
  readonly seed: number;
  readonly plan: Plan;
  readonly machines: readonly DrawnMachine[];
  /** What goes wrong in the clouds, as the simulator takes it: each meets one machine alone. */
  readonly faults: readonly CloudFault[];
  readonly deeds: readonly Deed[];
}

/** A machine as the world has it before anything begins, and how its people decide. */
export interface DrawnMachine {
  readonly name: string;
  readonly instanceId: string;
  /** Its protected item's name. */
  readonly item: string;
  readonly push: boolean;
  /** Somebody else's VM has the name that it is to have in Azure. */
  readonly hasNamesake: boolean;
  /** Once it was turned back: whether its people try again, or give it up. */
  readonly triesAgain: boolean;
  /** Which of the answers that end a matter its people prefer. */
  readonly taste: number;
}

/** A fault that waits in the simulator for its request. */
export interface CloudFault {
  readonly operation: string;
  readonly target: string;
  readonly count: number;
  readonly status?: number;
  readonly code?: string;
  readonly drop?: 'before' | 'after';
  readonly latencyMs?: number;
  readonly retryAfterSeconds?: number;
  readonly visibleAfterSeconds?: number;
  readonly failJob?: { readonly code: string; readonly message: string };
}

/** The cloud has accepted a request: the instant at which something else happens. */
export interface Moment {
  readonly operation: string;
  readonly target: string;
}

/** What happens at a moment, once. */
export type Deed = { readonly at: Moment } & (
  | { readonly what: 'kill-worker' | 'freeze-worker' | 'restart-server' | 'jump-clock' }
  | { readonly what: 'terminate-plan' }
  /** Signals to a machine, in this order, without waiting for what comes of them. */
  | { readonly what: 'signals'; readonly vm: string; readonly signals: readonly SentSignal[] }
);

export interface SentSignal {
  readonly name: 'failover' | 'turnBack' | 'abort' | 'retryStep' | 'approveTest' | 'pause' | 'resume';
  readonly argument?: object;
}

/** The run needs a world of its own: what happens in it would meet other runs, too. */
export function isRough({ deeds }: DrawnRun): boolean {
  return deeds.some(({ what }) => what !== 'signals' && what !== 'terminate-plan');
}

/** What has happened in a run, in words, for the table of faults tried. */
export function triedIn({ machines }: DrawnRun, met: readonly CloudFault[], done: readonly Deed[]): string[] {
  return [
    ...met.map(faultName),
    ...done.map((deed) =>
      deed.what === 'signals' ? `signals ${deed.signals.map(({ name }) => name).join(', ')}` : deed.what,
    ),
    ...machines.filter(({ hasNamesake }) => hasNamesake).map(() => 'name taken'),
  ];
}

function faultName({ status, drop, latencyMs, visibleAfterSeconds, failJob, code }: CloudFault): string {
  const parts = [
    code === 'InsufficientInstanceCapacity' ? 'source does not start' : status && `answer ${status}`,
    drop && `connection dropped ${drop} the effect`,
    latencyMs && 'late answer',
    visibleAfterSeconds && 'effect visible late',
    failJob && 'job fails',
  ];
  return parts.filter(Boolean).join(' and ');
}
