import { createHmac } from 'node:crypto';
import type { Notification } from '../plan/index.ts';
import type { ActivityDeps } from './clouds.ts';
import { postToWebhook } from './webhook.ts';

/** Something that somebody wants to hear of, as a receiver gets it. */
export interface PlanEvent {
  /** The same for every try. */
  readonly id: string;
  readonly event: 'ready' | 'attention' | 'window' | 'completed' | 'source-started';
  /** ISO 8601. */
  readonly at: string;
  readonly plan: string;
  /** Absent: the plan as a whole. */
  readonly vm?: string;
  /** What happened, in a sentence. */
  readonly text: string;
  /** With `attention`: what is asked, and the commands that answer it. */
  readonly code?: string;
  readonly choices?: readonly string[];
  /** With `window`. */
  readonly window?: { readonly from: string; readonly until: string };
  readonly vms?: readonly string[];
}

/** Telling others what happens. */
export const notificationActivities = ({ secret, timing }: ActivityDeps) => ({
  /**
   * Posts an event to a webhook, signed: `Portage-Signature: t=<seconds>,v1=<hex>` is the HMAC-SHA256 of `<seconds>.<body>`
   * under the notification's secret, made anew for every try.
   * @throws `WebhookFailed`
   */
  async notify({ url, secret: key }: Notification, event: PlanEvent): Promise<void> {
    const body = JSON.stringify(event);
    const seconds = Math.floor(Date.now() / 1000);
    const signature = createHmac('sha256', secret(key.env)).update(`${seconds}.${body}`).digest('hex');
    const call = {
      name: `of the notification ${event.event}`,
      url: typeof url === 'string' ? url : secret(url.env),
      body,
      key: event.id,
      headers: { 'portage-signature': `t=${seconds},v1=${signature}` },
      suggestion: 'Cure the receiver, or its address; this notification is not sent again',
    };
    await postToWebhook(call, timing.attemptMs / 2);
  },
});
