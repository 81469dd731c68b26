import { z } from 'zod';
import { customIssue, fieldRules, refusal, text } from './fields.ts';

const port = z.int().min(1).max(65535);
const url = text('Address', /^https?:\/\/[^\s'"]+$/, { must: 'be an http or https address' });

const probe = z.strictObject({
  agent: z.literal('ready').optional(),
  from: z
    .string()
    .regex(/^(?:arm|guest|worker|vm:[^\s'"]+)$/)
    .superRefine((from, ctx) => {
      if (from === 'worker') ctx.addIssue(customIssue(refusal('validationFrom')));
    })
    .meta({ description: 'Who asks', pattern: '^(?:arm|guest|vm:[^\\s\'"]+)$' })
    .register(fieldRules, { must: 'be arm, guest, worker or vm:<id>' })
    .optional(),
  tcp: port.describe('A connection to this port').optional(),
  http: z
    .union([port, url])
    .register(fieldRules, { must: 'be a port or an http or https address' })
    .describe('An answer below 400 at this address, or at this port of the machine')
    .optional(),
  runCommand: text('A script that ends with exit code 0', /\S/, { must: 'be a script' }).optional(),
});

const kinds = ['agent', 'tcp', 'http', 'runCommand'] as const;

/** One check says one thing, and is asked for by somebody who can. */
const oneProbe = probe
  .refine((given) => kinds.filter((kind) => given[kind] !== undefined).length === 1, {
    error: 'a check says one thing: { agent: ready }',
    when: ({ issues }) => issues.length === 0,
  })
  .superRefine(({ agent, from }, ctx) => {
    const byArm = agent !== undefined;
    if (from === undefined || (from === 'arm') === byArm) return;
    const message = byArm
      ? 'whether the agent is ready only Azure Resource Manager tells'
      : 'Azure Resource Manager tells only whether the agent is ready';
    const suggestion = byArm ? 'Use `from: arm`, or leave it out' : 'Use `from: guest` or `from: vm:<id>`';
    ctx.addIssue(customIssue({ message, suggestion }, ['from']));
  });

export const validationSchema = z
  .array(oneProbe)
  .min(1)
  .describe('How the migrated machine is checked before commit');
