import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { PlanStatus, PortageClient } from '../client/index.ts';
import type { LocalWorld } from '../dev/local-world.ts';
import { loadPlan, type Plan } from '../plan/index.ts';
import { showLines, showLive, type Show } from './demo-display.ts';
import { exitCodes } from './exit.ts';
import { clock, isLiveTerminal, remark, say, sayAssumed, sayJson } from './output.ts';
import { packageFile } from './package-root.ts';
import { hasFailed, planTable, viewPlan, type PlanView } from './plan-view.ts';
import { stopSignal, untilAborted } from './stop-signal.ts';

const speed = 300;
const lookMs = 500;

interface Options {
  readonly keep?: true;
  readonly json?: true;
}

/** Tells what goes on: on standard output, or beside it where that is for JSON. */
type Tell = (line: string) => void;

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'see six machines go from EC2 to Azure, on loopback: nothing outside this machine is touched',
    )
    .option('--keep', 'leave everything up at the end, for a look at the Web UI')
    .option('--json', 'print the final status as JSON, and nothing else on standard output')
    .action(async (options: Options) => {
      const stop = stopSignal();
      const tell = options.json ? remark : say;
      tell('Starting a Temporal server, two simulated clouds and a worker on loopback …');
      const { startLocalWorld } = await import('../dev/local-world.ts');
      const world = await startLocalWorld({
        environment: process.env,
        scenario: packageFile('examples/demo.scenario.yaml'),
        speed,
        seed: 1,
        stop,
      });
      try {
        await Promise.race([run(world, options, tell, stop), world.untilBroken()]);
      } finally {
        await world.close();
      }
    });
}

async function run(world: LocalWorld, options: Options, tell: Tell, stop: AbortSignal): Promise<void> {
  const plan = await loadPlan(packageFile('examples/demo.yaml'));
  tell(`Temporal Web UI: ${world.webUi}`);
  tell(`The clouds run ${speed} times as fast as real ones. Plan: examples/demo.yaml`);
  const client = await world.connect();
  try {
    const begunAt = Date.now();
    const view = await migrate(client, plan, options, tell, stop);
    const ms = Date.now() - begunAt;
    if (options.json) sayJson(view.status);
    else say(`\n${planTable(view)}\nDone in ${clock(ms)}, ${clock(ms * speed)} of the clouds’ time`);
    if (!view.machines.every(({ phase }) => phase === 'completed')) process.exitCode = exitCodes.attention;
    if (options.keep) await keep(world, tell, stop);
  } finally {
    await client.close();
  }
}

/**
 * Starts the plan, shows it, and plays the person.
 * @returns its end, or how it stood when something failed that the demo's person does not know of.
 * @throws AbortError when it was stopped half-way.
 */
async function migrate(
  client: PortageClient,
  plan: Plan,
  { json }: Options,
  tell: Tell,
  stop: AbortSignal,
): Promise<PlanView> {
  const { assumed } = await client.start(plan);
  sayAssumed(assumed, tell);
  const show = isLiveTerminal() && !json ? showLive() : showLines(tell);
  const person = new Person(client, plan.name, show);
  const left = new AbortController();
  const hearing = hear(client, plan.name, show, AbortSignal.any([stop, left.signal]));
  hearing.catch(() => undefined); // thrown where it is awaited
  try {
    for (;;) {
      const view = await viewPlan(client, plan.name);
      stop.throwIfAborted();
      show.view(view);
      if (view.status.state === 'done') {
        await hearing;
        return view;
      }
      if (hasFailed(view.status)) return view;
      await person.decide(view.status);
      await sleep(lookMs, undefined, { signal: stop });
    }
  } finally {
    left.abort();
    await hearing;
    show.end();
  }
}

async function hear(client: PortageClient, plan: string, show: Show, stop: AbortSignal): Promise<void> {
  for await (const report of client.reports(plan, stop)) show.report(report);
}

/** Does what a person would do in another terminal, and says which command it would be. */
class Person {
  readonly #client: PortageClient;
  readonly #plan: string;
  readonly #show: Show;
  #released = false;

  constructor(client: PortageClient, plan: string, show: Show) {
    this.#client = client;
    this.#plan = plan;
    this.#show = show;
  }

  async decide(status: PlanStatus): Promise<void> {
    const machines = status.groups.flatMap(({ machines }) => machines);
    if (!this.#released && machines.every(({ phase }) => phase === 'ready')) {
      this.#released = true;
      const answer = await this.#client.requestFailover({ plan: this.#plan });
      this.#show.person(`portage failover ${this.#plan}`, answer);
    }
    const open = status.groups
      .flatMap(({ actions }) => actions)
      .filter(({ kind, state }) => kind === 'manual' && state === 'open');
    for (const { id, text } of open) {
      await this.#client.completeAction(this.#plan, id);
      this.#show.person(`portage complete ${this.#plan} ${id}`, `done by hand: ${text}`);
    }
  }
}

async function keep(world: LocalWorld, tell: Tell, stop: AbortSignal): Promise<void> {
  tell(`\nEverything is still up; Ctrl-C ends it. Web UI: ${world.webUi}`);
  tell(
    `In another terminal: export TEMPORAL_ADDRESS=${world.temporalAddress}, then npx portage status payroll/db-01`,
  );
  await untilAborted(stop);
}
