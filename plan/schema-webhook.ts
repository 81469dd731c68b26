import { z } from 'zod';
import { fieldRules, text, textWithout } from './fields.ts';
import { webhookProblem } from './webhook-url.ts';

/** A secret that the environment of the worker holds. */
export const inEnvironment = (description: string) =>
  z.strictObject({
    env: text(description, /^[A-Za-z_][A-Za-z0-9_]*$/, { must: 'be the name of an environment variable' }),
  });

/** Where a webhook is called: an address, or the variable of the worker that holds it. */
export const webhookSchema = z
  .union([
    textWithout(webhookProblem, 'https address without a secret in it'),
    inEnvironment('Variable in the environment of the worker that holds the address'),
  ])
  .register(fieldRules, { must: 'be an https address or { env: NAME }' });
