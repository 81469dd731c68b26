import type { Action } from '../plan/index.ts';
import type { ActivityDeps } from './clouds.ts';
import { refuseWhenTooLate } from './deadline.ts';
import { finalFailure, passingFailure } from './failures.ts';

/** What a plan does before or after a group, as far as a machine can do it. */
export const planActionActivities = ({ secret, timing }: ActivityDeps) => ({
  /**
   * Calls a webhook: POST with `{ plan, group, action }`. The receiver tells repeats by the header `Idempotency-Key`,
   * which is the same for every try.
   * @throws `WebhookFailed`: final where the receiver says that the call is wrong (4xx), else retried. The address is
   * never told: it may be a secret.
   */
  async callWebhook(
    plan: string,
    group: string,
    action: Extract<Action, { kind: 'webhook' }>,
  ): Promise<void> {
    const url = typeof action.url === 'string' ? action.url : secret(action.url.env);
    const answer = await post(url, { plan, group, action: action.id }, timing.attemptMs / 2);
    if (answer.ok) return;
    const message = `Webhook ${action.id} answered ${answer.status}`;
    const details = {
      code: 'WEBHOOK_FAILED',
      suggestion: 'Cure the receiver and retry, or do it by hand and complete the action',
    };
    if (isCallersFault(answer.status)) throw finalFailure('WebhookFailed', message, details);
    throw passingFailure('WebhookFailed', message, details);
  },
});

/** A receiver's 408 and 429 ask for another try. */
function isCallersFault(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

async function post(
  url: string,
  body: { plan: string; group: string; action: string },
  timeoutMs: number,
): Promise<Response> {
  refuseWhenTooLate();
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `${body.plan}/${body.action}` },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch {
    throw passingFailure('WebhookFailed', `Webhook ${body.action} could not be reached`, {
      code: 'WEBHOOK_FAILED',
      suggestion: 'Check the address and the receiver; or do it by hand and complete the action',
    });
  }
}
