import { z } from 'zod';
import type { Estate, InstanceRow } from './estate.ts';
import { namedInstances } from './instance-ids.ts';
import { stateOf } from './instance-state.ts';
import {
  reboot,
  requireRunning,
  requireStartable,
  requireStoppable,
  requireTerminable,
  start,
  stop,
  terminate,
} from './lifecycle.ts';
import { attachVolume, detachVolume } from './volumes.ts';

const instance = { instanceId: z.string() };

const actionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('start-instance'), ...instance }),
  z.strictObject({ action: z.literal('stop-instance'), ...instance, force: z.boolean().default(false) }),
  z.strictObject({ action: z.literal('reboot-instance'), ...instance }),
  z.strictObject({ action: z.literal('terminate-instance'), ...instance }),
  z.strictObject({
    action: z.literal('protect-instance'),
    ...instance,
    disableApiStop: z.boolean().optional(),
    disableApiTermination: z.boolean().optional(),
  }),
  z.strictObject({
    action: z.literal('attach-volume'),
    ...instance,
    device: z.string().min(1),
    sizeGiB: z.number().int().positive(),
    type: z.string().default('gp3'),
    encrypted: z.boolean().default(false),
  }),
  z.strictObject({ action: z.literal('detach-volume'), ...instance, volumeId: z.string() }),
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
 * Does what a person does in the AWS console: `{ action: 'start-instance', instanceId }`, and so on with `stop-instance`
 * (`force`), `reboot-instance`, `terminate-instance`, `protect-instance` (`disableApiStop`, `disableApiTermination`),
 * `attach-volume` (a new volume: `device`, `sizeGiB`, `type`, `encrypted`) and `detach-volume` (`volumeId`).
 * @returns undefined for an action that is not one of these.
 * @throws Error that says what is wrong with one that is, or why EC2 refuses it.
 */
export function actByHand(estate: Estate, action: unknown): PersonAnswer | undefined {
  const name = z.looseObject({ action: z.string() }).safeParse(action).data?.action;
  if (name === undefined || !actionNames.has(name)) return undefined;
  const parsed = actionSchema.safeParse(action);
  if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
  const [row] = namedInstances(estate, [parsed.data.instanceId]);
  if (row === undefined) throw new Error(`${name}: there is no instance ${parsed.data.instanceId}`);
  act(estate, row, parsed.data);
  return { action: name, instanceId: row.id, state: stateOf(row) ?? 'unknown' };
}

function act(estate: Estate, row: InstanceRow, action: HandAction): void {
  switch (action.action) {
    case 'start-instance':
      requireStartable(row);
      start(estate, row);
      return;
    case 'stop-instance':
      requireStoppable(row);
      stop(estate, row, action.force);
      return;
    case 'reboot-instance':
      requireRunning(row);
      reboot(estate, row);
      return;
    case 'terminate-instance':
      requireTerminable(row);
      terminate(estate, row);
      return;
    case 'protect-instance':
      protect(row, action);
      return;
    case 'attach-volume':
      attachVolume(estate, row, action);
      return;
    case 'detach-volume':
      detachVolume(estate, row, action.volumeId);
  }
}

function protect(row: InstanceRow, wish: Extract<HandAction, { action: 'protect-instance' }>): void {
  const { disableApiStop, disableApiTermination } = row.quirks;
  row.quirks = {
    ...row.quirks,
    disableApiStop: wish.disableApiStop ?? disableApiStop,
    disableApiTermination: wish.disableApiTermination ?? disableApiTermination,
  };
}
