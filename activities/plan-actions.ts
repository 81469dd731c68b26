import type { Action } from '../plan/index.ts';
import type { ActivityDeps } from './clouds.ts';
import { postToWebhook } from './webhook.ts';

/** What a plan does before or after a group, as far as a machine can do it. */
export const planActionActivities = ({ secret, timing }: ActivityDeps) => ({
  /**
   * Calls a webhook: POST with `{ plan, group, action }`.
   * @throws `WebhookFailed`
   */
  async callWebhook(
    plan: string,
    group: string,
    action: Extract<Action, { kind: 'webhook' }>,
  ): Promise<void> {
    const call = {
      name: action.id,
      url: typeof action.url === 'string' ? action.url : secret(action.url.env),
      body: JSON.stringify({ plan, group, action: action.id }),
      key: `${plan}/${action.id}`,
      suggestion: 'Cure the receiver, or its address, and retry; or do it by hand and complete the action',
    };
    await postToWebhook(call, timing.attemptMs / 2);
  },
});
