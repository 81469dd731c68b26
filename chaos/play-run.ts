import type { ChaosWorld } from './chaos-world.ts';
import type { Broken } from './broken.ts';
import { doDeeds } from './deeds.ts';
import { triedIn, type CloudFault, type DrawnRun } from './drawn-run.ts';
import { gatherFacts, type Facts } from './facts.ts';
import { judge } from './judge.ts';
import { Person } from './person.ts';

/** What became of a run. */
export interface Played {
  readonly run: DrawnRun;
  readonly broken: readonly Broken[];
  /** The machines that had not ended when the time was over, and what they wait for. */
  readonly unfinished: readonly string[];
  readonly seconds: number;
  /** What has happened of what was drawn. */
  readonly tried: readonly string[];
}

/** Plays a run to its end, or as long as it may take, and judges it. */
export async function playRun(world: ChaosWorld, run: DrawnRun, limitSeconds: number): Promise<Played> {
  const begun = Date.now();
  const over = new AbortController();
  const limit = AbortSignal.any([over.signal, AbortSignal.timeout(limitSeconds * 1000)]);
  await world.clouds.goWrong(run.faults);
  await world.portage.start(run.plan);
  const [ended, deeds] = await Promise.all([
    new Person(world, run).untilEnded(limit).finally(() => over.abort()),
    doDeeds(world, run, limit),
  ]);
  const facts = await gatherFacts(world, run, { ended, deeds });
  return {
    run,
    broken: judge(facts),
    unfinished: ended ? [] : waiting(facts),
    seconds: (Date.now() - begun) / 1000,
    tried: triedIn(run, metIn(facts), facts.deeds),
  };
}

/** The faults that have met a request. */
function metIn({ run, state }: Facts): CloudFault[] {
  const isWaiting = ({ operation, target, count }: CloudFault) =>
    state.faults.some((one) => one.operation === operation && one.target === target && one.count === count);
  return run.faults.filter((fault) => !isWaiting(fault));
}

function waiting({ machines, run }: Facts): string[] {
  const open = machines.filter(({ isClosed }) => !isClosed);
  if (open.length === 0) return [`seed ${run.seed}: the plan has not ended`];
  return open.map(
    ({ machine, attention }) =>
      `seed ${run.seed}: ${machine.name}: ${attention === undefined ? 'under way' : `${attention.step}: ${attention.code}: ${attention.choices.join(' | ')}`}`,
  );
}
