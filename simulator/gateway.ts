import type { Clock } from './clock.ts';
import type { Fault, Faults } from './faults.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import { retryAfter } from './retry-after.ts';
import type { CloudRequest, CloudResponse, CloudService, Recognized, Refusal } from './service.ts';

/** What leaves the door: an answer, perhaps late, or a connection that is closed without one. */
export type Departure =
  | { readonly answer: CloudResponse; readonly latencyMs: number }
  | { readonly answer: 'none'; readonly latencyMs: number };

/** The one way into both clouds: brings them to the present, throttles, lets faults happen, keeps the ledger. */
export class Gateway {
  readonly #services: readonly CloudService[];
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #ledger: Ledger;

  /** @param services asked in this order; the last one must recognize everything. */
  constructor(services: readonly CloudService[], clock: Clock, faults: Faults, ledger: Ledger) {
    this.#services = services;
    this.#clock = clock;
    this.#faults = faults;
    this.#ledger = ledger;
  }

  pass(request: CloudRequest): Departure {
    this.#clock.catchUp();
    for (const service of this.#services) {
      const recognized = service.recognize(request);
      if (recognized !== undefined) return this.#serve(service, recognized, request);
    }
    throw new Error('No simulated cloud recognizes the request');
  }

  #serve(service: CloudService, recognized: Recognized, request: CloudRequest): Departure {
    const throttled = service.throttle?.(recognized);
    if (throttled !== undefined) {
      const answer = this.#refuse(service, request, throttled);
      this.#record(recognized, request, 'throttled', answer.status);
      return { answer, latencyMs: 0 };
    }
    const fault = this.#faults.take(recognized);
    const latencyMs = fault?.latencyMs ?? 0;
    const refusal = refusalOf(fault);
    if (fault?.drop === 'before') {
      this.#record(recognized, request, 'dropped', 0);
      return { answer: 'none', latencyMs };
    }
    if (refusal !== undefined) {
      const answer = this.#refuse(service, request, refusal);
      this.#record(recognized, request, 'refused', answer.status);
      return { answer, latencyMs };
    }
    if (fault?.visibleAfterSeconds !== undefined) {
      service.holdBack?.(recognized.target, this.#clock.nowMs + fault.visibleAfterSeconds * 1000);
    }
    const answer = this.#dated(recognized.perform());
    const dropped = fault?.drop === 'after';
    this.#record(recognized, request, dropped ? 'dropped' : 'answered', answer.status);
    return { answer: dropped ? 'none' : answer, latencyMs };
  }

  #refuse(service: CloudService, request: CloudRequest, refusal: Refusal): CloudResponse {
    const answer = this.#dated(service.refuse(request, refusal));
    if (refusal.retryAfterSeconds === undefined) return answer;
    return {
      ...answer,
      headers: { ...answer.headers, ...retryAfter(refusal.retryAfterSeconds, this.#clock.speed) },
    };
  }

  /** A cloud's time is compared only with that cloud's time: its Date header tells the simulated one. */
  #dated(answer: CloudResponse): CloudResponse {
    return { ...answer, headers: { date: this.#clock.now.toUTCString(), ...answer.headers } };
  }

  #record(
    recognized: Recognized,
    request: CloudRequest,
    outcome: LedgerEntry['outcome'],
    status: number,
  ): void {
    const { service, operation, target, kind, permission } = recognized;
    this.#ledger.record({
      time: new Date().toISOString(),
      simulatedTime: this.#clock.now.toISOString(),
      service,
      operation,
      target,
      kind,
      permission,
      outcome,
      status,
      requestId: request.requestId,
    });
  }
}

function refusalOf(fault: Fault | undefined): Refusal | undefined {
  if (fault === undefined || (fault.status === undefined && fault.code === undefined)) return undefined;
  const { status = 400, code = 'SimulatedFault', message, retryAfterSeconds } = fault;
  return { status, code, message, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}
