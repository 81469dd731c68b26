import type { Broken } from './broken.ts';
import { startChaosWorld, type ChaosOptions } from './chaos-world.ts';
import { mistakes, type Mistake } from './mistakes.ts';
import { plant } from './planted-sources.ts';
import { playRun } from './play-run.ts';

/** A run with a mistake ends as soon as it can; one that never would has this long. */
const limitSeconds = 45;

/** Whether a planted mistake was caught, and by what. */
export interface Caught {
  readonly mistake: string;
  readonly breaks: string;
  readonly caught: boolean;
  /** Its run broke nothing while nothing was planted. */
  readonly soundWithout: boolean;
  readonly broken: readonly Broken[];
}

/** Plants each mistake, plays its run, and sees whether the invariant that it breaks is found broken; then without it. */
export async function* selfTest(options: ChaosOptions): AsyncGenerator<Caught> {
  const sound = await playSound(options);
  for (const mistake of mistakes) {
    const broken = await playPlanted(mistake, options);
    yield {
      mistake: mistake.name,
      breaks: mistake.breaks,
      caught: broken.some(({ invariant }) => invariant === mistake.breaks),
      soundWithout: !sound.some(({ seed }) => seed === mistake.run.seed),
      broken,
    };
  }
}

async function playPlanted(mistake: Mistake, options: ChaosOptions): Promise<readonly Broken[]> {
  const sources = await plant(mistake);
  try {
    const world = await startChaosWorld([mistake.run], {
      ...options,
      workerCommandLine: sources.commandLine,
    });
    try {
      return (await playRun(world, mistake.run, limitSeconds)).broken;
    } finally {
      await world.close();
    }
  } finally {
    await sources.remove();
  }
}

/** All these runs, side by side, with the sources as they are. */
async function playSound(options: ChaosOptions): Promise<readonly Broken[]> {
  const runs = mistakes.map(({ run }) => run);
  const world = await startChaosWorld(runs, options);
  try {
    const played = await Promise.all(runs.map((run) => playRun(world, run, limitSeconds * 3)));
    return played.flatMap(({ broken }) => broken);
  } finally {
    await world.close();
  }
}
