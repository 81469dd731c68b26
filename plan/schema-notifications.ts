import { z } from 'zod';
import { choice } from './fields.ts';
import { inEnvironment, webhookSchema } from './schema-webhook.ts';

/** What a plan can tell of. */
export const notifiable = ['ready', 'attention', 'window', 'completed', 'source-started'] as const;

/** Who is told what, while the plan runs. */
export const notificationsSchema = z
  .array(
    z.strictObject({
      webhook: webhookSchema,
      secret: inEnvironment('Variable in the environment of the worker that holds the key of the signature'),
      on: z
        .array(
          choice(
            'A machine is ready, something needs a person, a window is about to open, a machine or the plan is through, somebody has started a source that was migrated',
            notifiable,
          ),
        )
        .min(1),
    }),
  )
  .min(1)
  .describe('Webhooks that are told what happens; signed');
