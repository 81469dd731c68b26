import { parseArgs } from 'node:util';
import { playAll } from './campaign.ts';
import { drawRun } from './draw-run.ts';
import { campaignText, playedText, reportOf, selfTestText } from './report.ts';
import { selfTest } from './self-test.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    worlds: { type: 'string', default: '2' },
    together: { type: 'string', default: '5' },
    limit: { type: 'string', default: '180' },
    json: { type: 'boolean', default: false },
    'self-test': { type: 'boolean', default: false },
  },
});

process.exitCode = (values['self-test'] ? await testItself() : await play()) ? 0 : 1;

/** @returns whether every invariant held in every run, and every run ended. */
async function play(): Promise<boolean> {
  const first = whole(values.seed, 'seed');
  const runs = Array.from({ length: whole(values.runs, 'runs') }, (_, at) => drawRun(first + at));
  const begun = Date.now();
  const campaign = await playAll(runs, {
    environment: process.env,
    worlds: whole(values.worlds, 'worlds'),
    together: whole(values.together, 'together'),
    limitSeconds: whole(values.limit, 'limit'),
    played: (played) => say(playedText(played)),
  });
  const report = reportOf(campaign, (Date.now() - begun) / 1000);
  if (values.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  else process.stdout.write(campaignText(report));
  return report.broken.length === 0 && report.unfinished.length === 0;
}

/** @returns whether every planted mistake was caught, and none where nothing was planted. */
async function testItself(): Promise<boolean> {
  let good = true;
  for await (const caught of selfTest({ environment: process.env })) {
    good &&= caught.caught && caught.soundWithout;
    process.stdout.write(values.json ? `${JSON.stringify(caught)}\n` : selfTestText(caught));
  }
  return good;
}

function say(text: string): void {
  process.stderr.write(text);
}

function whole(text: string, name: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} wants a whole number above 0, and got ${text}`);
}
