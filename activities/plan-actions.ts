import type { Action } from '../plan/index.ts';
import type { ActivityDeps } from './clouds.ts';
import { callWebhook } from './webhook.ts';

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
    await callWebhook({
      url: typeof action.url === 'string' ? action.url : secret(action.url.env),
      name: action.id,
      body: { plan, group, action: action.id },
      idempotencyKey: `${plan}/${action.id}`,
      timeoutMs: timing.attemptMs / 2,
      otherWay: 'do it by hand and complete the action',
    });
  },
});
