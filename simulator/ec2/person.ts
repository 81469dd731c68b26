import { z } from 'zod';
import type { Estate, InstanceRow } from './estate.ts';
import { start, stop } from './lifecycle.ts';

const actionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('start-instance'), instanceId: z.string() }),
  z.strictObject({
    action: z.literal('stop-instance'),
    instanceId: z.string(),
    force: z.boolean().default(false),
  }),
]);

type HandAction = z.output<typeof actionSchema>;
const actionNames: ReadonlySet<string> = new Set(actionSchema.options.map(({ shape }) => shape.action.value));

/** What came of a person's action. */
export interface PersonAnswer {
  readonly action: string;
  readonly instanceId: string;
  readonly state: string;
}

/**
 * Does what a person does in the AWS console: `{ action: 'start-instance', instanceId }` and the like.
 * @returns undefined for an action that is not one of these.
 * @throws Error that says what is wrong with one that is.
 */
export function actByHand(estate: Estate, action: unknown): PersonAnswer | undefined {
  const name = z.looseObject({ action: z.string() }).safeParse(action).data?.action;
  if (name === undefined || !actionNames.has(name)) return undefined;
  const parsed = actionSchema.safeParse(action);
  if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
  const row = estate.instances.get(parsed.data.instanceId);
  if (row === undefined) throw new Error(`${name}: there is no instance ${parsed.data.instanceId}`);
  act(estate, row, parsed.data);
  return { action: name, instanceId: row.id, state: row.answer.State?.Name ?? 'unknown' };
}

function act(estate: Estate, row: InstanceRow, action: HandAction): void {
  switch (action.action) {
    case 'start-instance':
      start(estate, row);
      return;
    case 'stop-instance':
      stop(estate, row, action.force);
  }
}
