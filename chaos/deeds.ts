import { setTimeout as sleep } from 'node:timers/promises';
import { machineWorkflowId, planWorkflowId } from '../workflows/messages.ts';
import type { ChaosWorld } from './chaos-world.ts';
import { isAccepted } from './clouds.ts';
import type { Deed, DrawnRun } from './drawn-run.ts';

const lookMs = 50;
/** How far a cloud's clock jumps. */
const jumpMinutes = 45;

/**
 * Does each deed of a run at its moment: as soon as the cloud has accepted the request, whoever has heard of it.
 * @param over ends it: what has not come until then never does.
 * @returns what was done.
 */
export async function doDeeds(world: ChaosWorld, run: DrawnRun, over: AbortSignal): Promise<Deed[]> {
  const waiting = new Set(run.deeds);
  const done: Deed[] = [];
  while (waiting.size > 0 && !over.aborted) {
    for (const deed of waiting) {
      if (!(await hasCome(world, deed))) continue;
      waiting.delete(deed);
      done.push(deed);
      await act(world, run, deed);
    }
    await sleep(lookMs);
  }
  return done;
}

async function hasCome({ clouds }: ChaosWorld, { at }: Deed): Promise<boolean> {
  return (await clouds.ledger(at.operation, at.target)).some(isAccepted);
}

async function act(world: ChaosWorld, run: DrawnRun, deed: Deed): Promise<void> {
  switch (deed.what) {
    case 'kill-worker':
      return world.workers.kill(deed.at.target);
    case 'freeze-worker':
      return world.workers.freeze();
    case 'restart-server':
      return world.restartTemporal();
    case 'jump-clock':
      return world.clouds.jump(jumpMinutes);
    case 'terminate-plan':
      return terminate(world, run);
    case 'signals':
      return send(world, run, deed);
  }
}

/** Somebody ends the plan's workflow while its machines run, notices, and starts it again. */
async function terminate({ temporal, portage }: ChaosWorld, { plan }: DrawnRun): Promise<void> {
  const handle = temporal.workflow.getHandle(planWorkflowId(plan.name));
  await unlessEnded(handle.terminate('chaos'));
  await portage.start(plan);
}

async function send(
  { temporal }: ChaosWorld,
  { plan }: DrawnRun,
  { vm, signals }: Extract<Deed, { what: 'signals' }>,
): Promise<void> {
  const handle = temporal.workflow.getHandle(machineWorkflowId(plan.name, vm));
  for (const { name, argument } of signals)
    await unlessEnded(argument === undefined ? handle.signal(name) : handle.signal(name, argument));
}

/** A workflow that has closed hears nothing any more. */
async function unlessEnded(asked: Promise<unknown>): Promise<void> {
  await asked.catch(() => undefined);
}
