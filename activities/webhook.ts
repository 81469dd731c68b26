import { refuseWhenTooLate } from './deadline.ts';
import { finalFailure, passingFailure } from './failures.ts';

/** One call of somebody's webhook. */
export interface WebhookCall {
  /** How it is called in an error: its address may be a secret, and is never told. */
  readonly name: string;
  readonly url: string;
  readonly body: string;
  /** The receiver tells repeats by the header `Idempotency-Key`, which is the same for every try. */
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What to do when it fails. */
  readonly suggestion: string;
}

/**
 * Posts JSON to a webhook.
 * @throws `WebhookFailed`: final where the receiver says that the call is wrong (4xx), else retried.
 */
export async function postToWebhook(call: WebhookCall, timeoutMs: number): Promise<void> {
  const { name, suggestion } = call;
  const details = { code: 'WEBHOOK_FAILED', suggestion };
  const answer = await post(call, timeoutMs).catch((failure: unknown) => {
    if (failure instanceof NotReached)
      throw passingFailure('WebhookFailed', `Webhook ${name} could not be reached`, details);
    throw failure;
  });
  if (answer.ok) return;
  const message = `Webhook ${name} answered ${answer.status}`;
  if (isCallersFault(answer.status)) throw finalFailure('WebhookFailed', message, details);
  throw passingFailure('WebhookFailed', message, details);
}

class NotReached extends Error {}

async function post({ url, body, key, headers }: WebhookCall, timeoutMs: number): Promise<Response> {
  refuseWhenTooLate();
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch {
    throw new NotReached();
  }
}

/** A receiver's 408 and 429 ask for another try. */
function isCallersFault(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
