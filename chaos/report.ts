import type { Broken } from './broken.ts';
import type { Campaign } from './campaign.ts';
import type { Played } from './play-run.ts';
import type { Caught } from './self-test.ts';

/** What a campaign came to, as `--json` prints it. */
export interface Report {
  readonly runs: number;
  readonly machines: number;
  readonly seconds: number;
  /** How often each fault was tried. */
  readonly faults: Readonly<Record<string, number>>;
  readonly broken: readonly Broken[];
  readonly unfinished: readonly string[];
  readonly recovery: {
    /** Workers that died in the middle of an effect. */
    readonly kills: number;
    /** Seconds until that machine's next step: from the death, and from when another worker was there. */
    readonly fromDeath: Spread;
    readonly fromReplacement: Spread;
  };
}

interface Spread {
  readonly median: number;
  readonly longest: number;
}

export function reportOf({ played, recoveries }: Campaign, seconds: number): Report {
  const names = played.flatMap(({ tried }) => tried).sort();
  return {
    runs: played.length,
    machines: played.reduce((sum, { run }) => sum + run.machines.length, 0),
    seconds: Math.round(seconds),
    faults: Object.fromEntries(
      [...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]),
    ),
    broken: played.flatMap(({ broken }) => broken),
    unfinished: played.flatMap(({ unfinished }) => unfinished),
    recovery: {
      kills: recoveries.length,
      fromDeath: spreadOf(recoveries.map(({ fromDeath }) => fromDeath)),
      fromReplacement: spreadOf(recoveries.map(({ fromReplacement }) => fromReplacement)),
    },
  };
}

function spreadOf(seconds: readonly number[]): Spread {
  const sorted = seconds.toSorted((one, other) => one - other);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, longest: sorted.at(-1) ?? 0 };
}

/** One line for a run that is over, and how to repeat it where it is not as it should be. */
export function playedText({ run, seconds, broken, unfinished, tried }: Played): string {
  const isFine = broken.length === 0 && unfinished.length === 0;
  const size = `${run.machines.length} machines, ${tried.length} faults, ${seconds.toFixed(0)} s`;
  const lines = [`seed ${run.seed}: ${isFine ? 'held' : 'BROKEN'} (${size})`];
  if (!isFine) lines.push(`  again: npm run chaos -- --seed ${run.seed} --runs 1`);
  return `${[...lines, ...broken.map(brokenText), ...unfinished.map((one) => `  unfinished: ${one}`)].join('\n')}\n`;
}

export function campaignText({
  runs,
  machines,
  seconds,
  faults,
  broken,
  unfinished,
  recovery,
}: Report): string {
  const tried = Object.entries(faults).map(([name, count]) => `  ${String(count).padStart(5)}  ${name}`);
  return [
    `${runs} runs, ${machines} machines, ${seconds} s`,
    ...['tried:', ...tried],
    recoveryText(recovery),
    `broken: ${broken.length}, unfinished: ${unfinished.length}`,
    '',
  ].join('\n');
}

function recoveryText({ kills, fromDeath, fromReplacement }: Report['recovery']): string {
  const words = ({ median, longest }: Spread) =>
    `median ${median.toFixed(1)} s, longest ${longest.toFixed(1)} s`;
  return `worker killed ${kills} times → the machine's next step: ${words(fromDeath)}; from when another worker was there: ${words(fromReplacement)}`;
}

export function selfTestText({ mistake, breaks, caught, soundWithout, broken }: Caught): string {
  const outcome = caught ? 'caught' : 'NOT CAUGHT';
  const without = soundWithout ? '' : ' (and its run is broken without it, too)';
  return `${mistake}: ${outcome} by “${breaks}”${without}\n${broken.map((one) => `${brokenText(one)}\n`).join('')}`;
}

function brokenText({ invariant, machine, evidence }: Broken): string {
  return `  ${invariant}: ${machine}: ${evidence}`;
}
