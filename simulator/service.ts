import type { IncomingHttpHeaders } from 'node:http';

/** A request as a simulated cloud sees it. */
export interface CloudRequest {
  readonly method: string;
  /** Path without the query, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The id that this cloud gives the request; it goes into the ledger and into the cloud's own header. */
  readonly requestId: string;
}

/** What a simulated cloud answers. */
export interface CloudResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What a request asks for, known before it takes effect: faults and throttling are decided on it, and the ledger keeps it.
 * `operation` is the cloud's own name for it: an EC2 action (`StopInstances`), or for ARM the SDK's
 * `<Resource>_<Method>` (`ReplicationProtectedItems_UnplannedFailover`).
 */
export interface Recognized {
  readonly service: 'ec2' | 'ssm' | 'sts' | 'arm' | 'identity';
  readonly operation: string;
  /** The id of what it acts on (instance id, ARM id, item name), or `''` for a list. */
  readonly target: string;
  readonly kind: 'read' | 'write' | 'delete';
  /**
   * The right that the cloud asks for, in its own words: `ec2:StopInstances`, `Microsoft.Compute/virtualMachines/read`. `''`
   * where it asks for none.
   */
  readonly permission: string;
  /** Lets it happen and answers. Called at most once. */
  readonly perform: () => CloudResponse;
}

/** One simulated cloud, or a part of one. */
export interface CloudService {
  /**
   * Says what a request asks for; `undefined` when the request belongs to another service. A request that the
   * service knows to be wrong (bad JSON, unknown api-version, unknown path) is recognized too: performing it answers the error.
   */
  recognize(request: CloudRequest): Recognized | undefined;
  /** How this cloud writes an error, for faults and throttling that never reach `perform`. */
  refuse(request: CloudRequest, refusal: Refusal): CloudResponse;
  /** Takes what the request costs from this cloud's token buckets; the refusal when they are empty. */
  throttle?(recognized: Recognized): Refusal | undefined;
  /**
   * Called right before a request takes effect: until `untilMs` of simulated time, reads still show `target` as it is now.
   */
  holdBack?(target: string, untilMs: number): void;
}

/** An error to be written in a cloud's own way. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}
