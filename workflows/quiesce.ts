import { uuid4 } from '@temporalio/workflow';
import type { Drained, ItemAddress, MigratedVm, SourceInstance } from '../activities/index.ts';
import type { Quiesce } from '../plan/resolve.ts';
import { failureType } from './attention.ts';
import { TurnBackAsked, type MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import { byRunCommand } from './run-in-azure.ts';

/**
 * Brings the machine's applications to rest before its source is stopped, where the plan says how, and waits until
 * everything that they wrote is in Azure. What writes during the shutdown of the system may never leave the source: only
 * what was written before is promised.
 * @throws TurnBackAsked where the plan wants that when it takes too long.
 */
export async function quiesce(run: MachineRun, { source, item }: Found): Promise<void> {
  const { quiesce: wanted } = run.vm;
  if (wanted === undefined) return;
  run.enter('quiescing');
  run.cutover.reach('source-touched');
  const undo = { name: 'Start its applications again', undo: () => startOnSource(run, source, wanted) };
  run.quiesced.begin(undo);
  run.onUndo(undo);
  await run.step('Bring its applications to rest', async ({ act, wait }) => {
    const asking = { what: 'stop', action: wanted.stop, key: uuid4() } as const;
    const command = await act.beginQuiesceAction(run.vm, source, asking);
    if (command !== undefined) await run.wait(() => wait.awaitQuiesceAction(run.vm, source, command));
  });
  const marker = await run.step('Mark the moment', ({ act }) => act.readServiceTime(item));
  run.quiesced.mark(marker);
  run.note(`Its applications are at rest since ${marker}, by Site Recovery’s clock`);
  await drain(run, item, { wanted, marker });
}

interface Rest {
  readonly wanted: Quiesce;
  /** By Site Recovery's clock. */
  readonly marker: string;
}

type End = Exclude<Drained, { kind: 'sent' }> | 'go-on' | 'turn-back';

async function drain(run: MachineRun, item: ItemAddress, rest: Rest): Promise<void> {
  const end = await untilDrained(run, item, rest);
  if (end === 'turn-back') {
    run.note(
      `Turned back, as the plan says: not everything was in Azure within ${rest.wanted.withinMinutes} minutes`,
    );
    throw new TurnBackAsked();
  }
  if (end === 'go-on') {
    run.quiesced.givenUp();
    return run.note(
      `A recorded choice: it goes on although not everything written before ${rest.marker} is known to be in Azure`,
    );
  }
  const point = end.kind === 'in-point' ? end.point : undefined;
  run.quiesced.drained(point);
  run.note(
    point === undefined
      ? 'Nothing is pending: everything written before is in Azure'
      : `Everything written before is in the recovery point of ${point.time}`,
  );
}

async function untilDrained(run: MachineRun, item: ItemAddress, { wanted, marker }: Rest): Promise<End> {
  const { withinMinutes, otherwise } = wanted;
  return run.stepOr<End, 'go-on'>(
    'Wait until what was written is in Azure',
    ['go-on'],
    async ({ act, wait }): Promise<End> => {
      const from = await act.readServiceTime(item);
      let sentAt: string | undefined;
      try {
        for (;;) {
          const asked = { marker, from, withinMinutes, ...(sentAt !== undefined && { sentAt }) };
          const drained = await run.wait(() => wait.awaitDrained(run.vm, item, asked));
          if (drained.kind !== 'sent') return drained;
          sentAt = drained.at;
        }
      } catch (failure) {
        if (otherwise === 'ask' || failureType(failure) !== 'NotDrained') throw failure;
        return otherwise;
      }
    },
  );
}

/** Starts the applications again where the machine lives on, its source; nothing to do where they were never stopped. */
export async function unquiesceOnSource(run: MachineRun): Promise<void> {
  const { undo } = run.quiesced;
  if (undo !== undefined) await run.undoServed(undo);
}

async function startOnSource(run: MachineRun, source: SourceInstance, { start }: Quiesce): Promise<void> {
  const answer = await run.stepOr(
    'Start its applications again',
    ['started-by-hand'],
    async ({ act, wait }) => {
      const asking = { what: 'start', action: start, key: uuid4() } as const;
      const command = await act.beginQuiesceAction(run.vm, source, asking);
      if (command !== undefined) await wait.awaitQuiesceAction(run.vm, source, command);
      return 'started' as const;
    },
  );
  run.quiesced.ended('source');
  run.note(
    answer === 'started'
      ? 'Its applications work again on the source'
      : 'Its applications were started by hand on the source, as a person says',
  );
}

/** Starts the applications in Azure before the VM is validated, where they were brought to rest for the cutover. */
export async function unquiesceInAzure(
  run: MachineRun,
  { source }: Pick<Found, 'source'>,
  migrated: MigratedVm,
): Promise<void> {
  const { quiesce: wanted } = run.vm;
  if (wanted === undefined || run.quiesced.undo === undefined) return;
  const { start } = wanted;
  const { osType } = source;
  const answer = await run.stepOr(
    'Start its applications in Azure',
    ['started-by-hand'],
    async ({ act, validate }) => {
      if (start.kind === 'webhook') await act.callStartWebhook(run.vm, start.url, uuid4());
      else {
        const { command } = start;
        await byRunCommand(
          run,
          (name) => validate.awaitStartedInAzure(migrated, { osType, command, name }),
          (name) => act.removeRunCommand(migrated.id, name),
        );
      }
      return 'started' as const;
    },
  );
  run.quiesced.ended('azure');
  run.note(
    answer === 'started'
      ? 'Its applications work again, in Azure'
      : 'Its applications were started by hand in Azure, as a person says',
  );
}
