import { TokenBucket } from '../token-bucket.ts';
import type { Action, UnderstoodForm } from './action.ts';
import type { Estate } from './estate.ts';
import type { Bucket } from './section.ts';

/**
 * EC2's request buckets: each action has its own (Amazon EC2 Developer Guide, request throttling). Most reads have
 * 100 tokens and get 20 a second, most writes 50 and 5; these have others.
 */
const documented: Readonly<Record<string, Bucket>> = {
  reads: { burst: 100, perSecond: 20 },
  writes: { burst: 50, perSecond: 5 },
  CreateSnapshots: { burst: 100, perSecond: 5 },
  CreateTags: { burst: 100, perSecond: 10 },
  DeleteTags: { burst: 100, perSecond: 10 },
  StartInstances: { burst: 5, perSecond: 2 },
  TerminateInstances: { burst: 100, perSecond: 5 },
};
const unbounded: Bucket = { burst: 50, perSecond: 10 };
/** Asked without ids, filters and pages, these take from a smaller bucket. */
const dearWhenUnbounded = new Set([
  'DescribeInstances',
  'DescribeInstanceStatus',
  'DescribeSecurityGroups',
  'DescribeSnapshots',
  'DescribeVolumes',
]);

/** The token buckets of one account, filled by simulated time. */
export class RequestBuckets {
  readonly #estate: Estate;
  readonly #buckets = new Map<string, TokenBucket>();

  /** @throws Error where the section's `throttling` names an action that the simulator does not have. */
  constructor(estate: Estate, actions: ReadonlyMap<string, Action>) {
    this.#estate = estate;
    const names = Object.keys(estate.section.throttling);
    const stranger = names.find(
      (name) => name !== 'reads' && name !== 'writes' && !name.startsWith('ssm:') && !actions.has(name),
    );
    if (stranger !== undefined) {
      throw new Error(
        `aws: throttling names ${stranger}; write reads, writes, or one of ${[...actions.keys()].join(', ')}`,
      );
    }
  }

  /** Takes the request's token; false where there is none left. */
  take(action: Action, understood: UnderstoodForm | undefined): boolean {
    const isDear = dearWhenUnbounded.has(action.name) && understood?.isUnbounded === true;
    const name = isDear ? `${action.name} unbounded` : action.name;
    const { nowMs } = this.#estate.clock;
    const bucket = this.#buckets.get(name) ?? new TokenBucket(this.#limit(action, isDear), nowMs);
    this.#buckets.set(name, bucket);
    return bucket.take(nowMs) === 0;
  }

  #limit({ name, kind }: Action, isDear: boolean): Bucket {
    const { throttling } = this.#estate.section;
    const category = kind === 'read' ? 'reads' : 'writes';
    const own = throttling[name] ?? (isDear ? undefined : documented[name]);
    return own ?? throttling[category] ?? (isDear ? unbounded : (documented[category] ?? unbounded));
  }
}
