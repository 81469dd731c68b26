import { z } from 'zod';
import { fieldRules, text, textWithout } from './fields.ts';
import { webhookProblem } from './webhook-url.ts';

/** Where a webhook is called: an address, or the variable of the worker that holds it. */
export const webhook = z
  .union([
    textWithout(webhookProblem, 'https address without a secret in it'),
    z.strictObject({
      env: text(
        'Variable in the environment of the worker that holds the address',
        /^[A-Za-z_][A-Za-z0-9_]*$/,
        {
          must: 'be the name of an environment variable',
        },
      ),
    }),
  ])
  .register(fieldRules, { must: 'be an https address or { env: NAME }' });
