import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { retryAfter } from '../retry-after.ts';
import type { ArmCall } from './arm-call.ts';
import { ArmError } from './arm-error.ts';
import type { ArmAnswer } from './route.ts';

/** Something that a provider does after it has answered. */
export interface AsyncOperation {
  readonly id: string;
  readonly startMs: number;
  /** When it ended; undefined while it runs. */
  endMs: number | undefined;
  /** What its result address answers once it has ended. */
  readonly result: () => ArmAnswer;
  /** Why it failed. */
  failure?: { readonly code: string; readonly message: string } | undefined;
}

/** The addresses at which a provider tells of its operations, as the headers of an answer name them. */
export interface OperationHeaders {
  /** Path of `Azure-AsyncOperation`, whose body has a status. */
  readonly status?: string;
  /** Path of `Location`: 202 until the operation has ended, then its result. */
  readonly result?: string;
  readonly retryAfterSeconds?: number;
}

/** Long-running operations of all providers but Site Recovery, which has jobs. They end by the simulated clock. */
export class AsyncOperations {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #byId = new Map<string, AsyncOperation>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Starts one. @param done what happens when it ends. @param result what its result address answers then. */
  start(
    durationMs: number,
    done: () => void,
    result: () => ArmAnswer = () => ({ status: 204 }),
  ): AsyncOperation {
    const operation = this.open(result);
    this.#clock.after(durationMs, () => {
      done();
      operation.endMs = this.#clock.nowMs;
    });
    return operation;
  }

  /** Starts one that ends when somebody says so. */
  open(result: () => ArmAnswer = () => ({ status: 204 })): AsyncOperation {
    const operation: AsyncOperation = {
      id: this.#random.guid(),
      startMs: this.#clock.nowMs,
      endMs: undefined,
      result,
    };
    this.#byId.set(operation.id, operation);
    return operation;
  }

  /** @throws ArmError 404 for an operation that nobody started. */
  find(id: string): AsyncOperation {
    const operation = this.#byId.get(id.toLowerCase());
    if (operation === undefined) {
      throw new ArmError(404, 'OperationNotFound', `The operation '${id}' could not be found.`); // inferred
    }
    return operation;
  }

  /** The headers that lead a client to an operation. */
  headers(call: ArmCall, { status, result, retryAfterSeconds }: OperationHeaders): Record<string, string> {
    return {
      ...(status === undefined ? {} : { 'azure-asyncoperation': call.addressOf(status) }),
      ...(result === undefined ? {} : { location: call.addressOf(result) }),
      ...(retryAfterSeconds === undefined ? {} : retryAfter(retryAfterSeconds, this.#clock.speed)),
    };
  }

  /** Answers a result address: 202 with the same address until the operation has ended. */
  answerResult(call: ArmCall, retryAfterSeconds: number): ArmAnswer {
    const operation = this.find(call.param('operation'));
    if (operation.endMs !== undefined) return operation.result();
    const path = `${call.request.path}?${call.request.query}`;
    return { status: 202, headers: this.headers(call, { result: path, retryAfterSeconds }) };
  }
}
