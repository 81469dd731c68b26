import { refuseWhenTooLate } from './deadline.ts';
import { finalFailure, passingFailure } from './failures.ts';

/** What is posted to whom. */
export interface WebhookCall {
  /** Never told: it may be a secret. */
  readonly url: string;
  /** What it is, for people. */
  readonly name: string;
  /** Without secrets. */
  readonly body: Readonly<Record<string, string>>;
  /** The same for every try: the receiver tells repeats by it. */
  readonly idempotencyKey: string;
  readonly timeoutMs: number;
  /** What somebody can do where the receiver stays broken. */
  readonly otherWay: string;
}

/**
 * Calls a webhook: POST with a JSON body and the header `Idempotency-Key`.
 * @throws `WebhookFailed`: final where the receiver says that the call is wrong (4xx), else retried.
 */
export async function callWebhook(call: WebhookCall): Promise<void> {
  const { name, otherWay } = call;
  const answer = await post(call);
  if (answer.ok) return;
  const message = `Webhook ${name} answered ${answer.status}`;
  const details = { code: 'WEBHOOK_FAILED', suggestion: `Cure the receiver and retry, or ${otherWay}` };
  if (isCallersFault(answer.status)) throw finalFailure('WebhookFailed', message, details);
  throw passingFailure('WebhookFailed', message, details);
}

/** A receiver's 408 and 429 ask for another try. */
function isCallersFault(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

async function post({
  url,
  name,
  body,
  idempotencyKey,
  timeoutMs,
  otherWay,
}: WebhookCall): Promise<Response> {
  refuseWhenTooLate();
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch {
    throw passingFailure('WebhookFailed', `Webhook ${name} could not be reached`, {
      code: 'WEBHOOK_FAILED',
      suggestion: `Check the address and the receiver; or ${otherWay}`,
    });
  }
}
