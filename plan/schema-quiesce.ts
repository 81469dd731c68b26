import { z } from 'zod';
import { exactlyOne } from './exactly-one.ts';
import { choice } from './fields.ts';
import { commands } from './schema-commands.ts';
import { webhookSchema } from './schema-webhook.ts';

const action = (description: string) =>
  exactlyOne(
    z.strictObject({
      ssm: commands('Through Systems Manager at the source, by a run command in Azure').optional(),
      webhook: webhookSchema.optional(),
    }),
    ['ssm', 'webhook'],
    'it says one thing: { ssm: … } or { webhook: … }',
  ).describe(description);

/** How the applications of a machine are brought to write nothing more before it is stopped, and how to write again. */
export const quiesceSchema = z
  .strictObject({
    stop: action('After this nothing that matters is written any more; may be done twice'),
    start: action('Its opposite, wherever the machine lives on; may be done twice'),
    withinMinutes: z
      .number()
      .positive()
      .max(1440)
      .describe('How long to wait until all that was written before is in Azure; 30 where absent')
      .optional(),
    otherwise: choice('What then: ask a person (where absent), go on with what is there, or turn back', [
      'ask',
      'go-on',
      'turn-back',
    ]).optional(),
  })
  .describe(
    'Brings the applications to rest before the source is stopped, so that nothing they wrote is lost',
  );
