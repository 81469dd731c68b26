import { z } from 'zod';
import { phases } from '../workflows/phases.ts';

const attention = z.strictObject({
  step: z.string(),
  code: z.string(),
  message: z.string(),
  suggestion: z.string(),
  since: z.iso.datetime(),
  choices: z.array(z.string()),
  kind: z.enum(['failed', 'planned']),
});

const machine = z.strictObject({
  vm: z.string(),
  phase: z.enum(phases),
  released: z.boolean(),
  turnedBack: z.boolean(),
  attention: attention.optional(),
  azureVm: z.string().optional(),
});

const action = z.strictObject({
  id: z.string(),
  kind: z.enum(['manual', 'webhook']),
  text: z.string(),
  state: z.enum(['waiting', 'open', 'done']),
});

const finding = z.strictObject({
  code: z.string(),
  severity: z.enum(['blocker', 'warning', 'info']),
  machine: z.string(),
  message: z.string(),
  suggestion: z.string(),
  docs: z.string(),
  accepted: z.literal(true).optional(),
});

/** A plan's status as programs outside rely on it: `portage status <plan> --json`, `portage demo --json`. */
export const planStatus = z.strictObject({
  plan: z.string(),
  state: z.enum(['running', 'done']),
  startedAt: z.iso.datetime(),
  paused: z.boolean(),
  failures: z.strictObject({ count: z.number(), limit: z.number() }),
  attention: attention.optional(),
  findings: z.array(finding),
  environments: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(['preparing', 'ready', 'complete', 'ended']),
      attention: attention.optional(),
    }),
  ),
  groups: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(['waiting', 'cutting-over', 'through']),
      actions: z.array(action),
      machines: z.array(machine),
    }),
  ),
  notes: z.array(z.strictObject({ at: z.iso.datetime(), text: z.string() })),
});
