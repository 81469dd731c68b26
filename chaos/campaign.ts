import { startChaosWorld, type ChaosOptions } from './chaos-world.ts';
import { isRough, type DrawnRun } from './drawn-run.ts';
import { recoveriesOf, type Recovery } from './recovery.ts';
import { playRun, type Played } from './play-run.ts';

/** How runs share worlds and time. */
export interface CampaignOptions extends ChaosOptions {
  /** Worlds that stand side by side. */
  readonly worlds: number;
  /** Runs that share a world, where they do not meet each other. */
  readonly together: number;
  /** As long as a run may take, before what has not ended counts as unfinished. */
  readonly limitSeconds: number;
  /** Hears of each run that is over. */
  readonly played: (played: Played) => void;
}

export interface Campaign {
  readonly played: readonly Played[];
  readonly recoveries: readonly Recovery[];
}

/** Plays runs: those whose faults meet one machine alone side by side in one world, the others each in a world of its own. */
export async function playAll(runs: readonly DrawnRun[], options: CampaignOptions): Promise<Campaign> {
  const waiting = [...batches(runs, options.together)];
  const played: Played[] = [];
  const recoveries: Recovery[] = [];
  const lane = async () => {
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      const outcome = await playTogether(batch, options);
      played.push(...outcome.played);
      recoveries.push(...outcome.recoveries);
    }
  };
  await Promise.all(Array.from({ length: options.worlds }, lane));
  return { played: played.sort((one, other) => one.run.seed - other.run.seed), recoveries };
}

function batches(runs: readonly DrawnRun[], together: number): DrawnRun[][] {
  const gentle = runs.filter((run) => !isRough(run));
  const shared = Array.from({ length: Math.ceil(gentle.length / together) }, (_, at) =>
    gentle.slice(at * together, (at + 1) * together),
  );
  return [...shared, ...runs.filter(isRough).map((run) => [run])];
}

async function playTogether(runs: readonly DrawnRun[], options: CampaignOptions): Promise<Campaign> {
  const world = await startChaosWorld(runs, options);
  try {
    const played = await Promise.all(
      runs.map(async (run) => {
        const one = await playRun(world, run, options.limitSeconds);
        options.played(one);
        return one;
      }),
    );
    return { played, recoveries: await recoveriesOf(world, runs) };
  } finally {
    await world.close();
  }
}
