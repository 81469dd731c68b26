import { z } from 'zod';
import type { Random } from './random.ts';
import type { Recognized } from './service.ts';

const jobFailure = z.strictObject({
  /** As Site Recovery numbers it, e.g. `170010`. */
  code: z.string(),
  message: z.string(),
  possibleCauses: z.string().default('The simulated fault that was asked for.'),
  recommendedAction: z.string().default('Remove the fault, then try again.'),
});
export type JobFailure = z.infer<typeof jobFailure>;

/**
 * Something that goes wrong on request. It applies to each request that `operation` and `target` describe, `count`
 * times; what it does is whatever else it says.
 */
export const faultSchema = z
  .strictObject({
    /** `UnplannedFailover`, `ReplicationProtectedItems_UnplannedFailover`, `StopInstances`; in any case. All when absent. */
    operation: z.string().optional(),
    /** Part of the id that the request acts on, in any case. All when absent. */
    target: z.string().optional(),
    /** How often; for ever when absent. */
    count: z.number().int().positive().optional(),
    /** The chance that it applies, drawn from the seed. */
    probability: z.number().min(0).max(1).default(1),
    /** Answers with this HTTP status, without any effect. */
    status: z.number().int().min(400).max(599).optional(),
    /** The cloud's own error code, with `status`; 400 when that is absent. */
    code: z.string().optional(),
    message: z.string().default('A fault that was asked for.'),
    /** Simulated seconds that the answer asks the client to wait. */
    retryAfterSeconds: z.number().positive().optional(),
    /** Wall-clock milliseconds by which the answer comes later. The effect does not wait. */
    latencyMs: z.number().positive().optional(),
    /** Closes the connection without an answer, before or after the request took effect. */
    drop: z.enum(['before', 'after']).optional(),
    /** Simulated seconds during which reads don't show yet what the request did. */
    visibleAfterSeconds: z.number().positive().optional(),
    /** The request is accepted, and the job that it starts fails. */
    failJob: jobFailure.optional(),
  })
  .refine(
    ({ status, code, latencyMs, drop, visibleAfterSeconds, failJob }) =>
      [status, code, latencyMs, drop, visibleAfterSeconds, failJob].some((effect) => effect !== undefined),
    'a fault says what goes wrong: status, code, latencyMs, drop, visibleAfterSeconds or failJob',
  );
export type Fault = z.infer<typeof faultSchema>;

interface Armed {
  readonly fault: Fault;
  left: number;
}

/** The faults that wait for their request. */
export class Faults {
  readonly #armed: Armed[] = [];
  readonly #random: Random;

  constructor(initial: readonly Fault[], random: Random) {
    this.#random = random;
    for (const fault of initial) this.add(fault);
  }

  add(fault: Fault): void {
    this.#armed.push({ fault, left: fault.count ?? Infinity });
  }

  clear(): void {
    this.#armed.length = 0;
  }

  /** Those that still wait, with how often they may still happen; for people and tests. */
  get waiting(): readonly Fault[] {
    return this.#armed.map(({ fault, left }) => (left === Infinity ? fault : { ...fault, count: left }));
  }

  /** The first fault that meets this request, used up by one; failures of jobs are not among them. */
  take(request: Pick<Recognized, 'operation' | 'target'>): Fault | undefined {
    return this.#take(request, ({ failJob }) => failJob === undefined);
  }

  /** The failure that the job started by this request is to have, used up by one. */
  takeJobFailure(request: Pick<Recognized, 'operation' | 'target'>): JobFailure | undefined {
    return this.#take(request, ({ failJob }) => failJob !== undefined)?.failJob;
  }

  #take(
    request: Pick<Recognized, 'operation' | 'target'>,
    wanted: (fault: Fault) => boolean,
  ): Fault | undefined {
    const armed = this.#armed.find(
      ({ fault }) => wanted(fault) && meets(fault, request) && this.#happens(fault),
    );
    if (armed === undefined) return undefined;
    armed.left -= 1;
    if (armed.left === 0) this.#armed.splice(this.#armed.indexOf(armed), 1);
    return armed.fault;
  }

  #happens({ probability }: Fault): boolean {
    return probability === 1 || this.#random.next() < probability;
  }
}

/** True when an operation is the one that a person names: in full, or without the resource in front. */
export function isOperation(operation: string, named: string): boolean {
  const [full, wanted] = [operation.toLowerCase(), named.toLowerCase()];
  return full === wanted || full.endsWith(`_${wanted}`);
}

function meets({ operation, target }: Fault, request: Pick<Recognized, 'operation' | 'target'>): boolean {
  if (operation !== undefined && !isOperation(request.operation, operation)) return false;
  return target === undefined || request.target.toLowerCase().includes(target.toLowerCase());
}
