import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import type { Address, PlanStatus, PortageClient } from '../client/index.ts';
import { parseAddress } from './address.ts';
import { withClient } from './connection.ts';
import { exitCodes } from './exit.ts';
import { machineText, watchText } from './machine-view.ts';
import { isLiveTerminal, say, sayJson, table } from './output.ts';
import { needsPerson, openPoints, planTable, viewPlan } from './plan-view.ts';
import { showResources } from './resources.ts';
import { stopSignal } from './stop-signal.ts';

const watchMs = 2_000;
const clearTerminal = '\u001b[2J\u001b[H';

interface Options {
  readonly json?: true;
  readonly watch?: true;
  readonly resources?: string;
}

export function statusCommand(): Command {
  return new Command('status')
    .description('how plans, a plan or one machine stand; exit code 3 when something waits for a person')
    .argument('[plan[/vm]]', 'without it, the plans that run', parseAddress)
    .option('--json', 'print the status as JSON, as the workflow itself answers it')
    .addOption(
      new Option('--watch', 'look again every two seconds until the plan has ended').conflicts('json'),
    )
    .addOption(
      new Option(
        '--resources <plan-file>',
        'instead, list what belongs to a plan in both clouds; needs no Temporal server',
      ).conflicts('watch'),
    )
    .action(async (address: Address | undefined, options: Options, command: Command) => {
      if (options.resources === undefined) return withClient((client) => status(client, address, options));
      if (address !== undefined)
        command.error('error: --resources takes a plan file, and no address beside it');
      return showResources(options.resources, options.json);
    });
}

async function status(client: PortageClient, address: Address | undefined, options: Options): Promise<void> {
  if (address === undefined) return listPlans(client, options);
  const { plan, vm } = address;
  if (vm !== undefined) return showMachine(client, plan, vm, options);
  if (options.watch) return watchPlan(client, plan);
  return showPlan(client, plan, options);
}

async function listPlans(client: PortageClient, { json }: Options): Promise<void> {
  const plans = await Promise.all((await client.runningPlans()).map((plan) => client.planStatus(plan)));
  if (plans.some(needsPerson)) process.exitCode = exitCodes.attention;
  if (json) return sayJson(plans);
  if (plans.length === 0) return say('No plan runs. Start one: portage start <plan-file>');
  say(table(['plan', 'machines', 'completed', 'failed'], plans.map(planRow)));
  for (const line of plans.flatMap(openPoints)) say(line);
}

function planRow({ plan, groups, failures }: PlanStatus): string[] {
  const machines = groups.flatMap((group) => group.machines);
  const completed = machines.filter(({ phase }) => phase === 'completed').length;
  return [plan, String(machines.length), String(completed), String(failures.count)];
}

async function showPlan(client: PortageClient, plan: string, { json }: Options): Promise<void> {
  if (json) {
    const status = await client.planStatus(plan);
    sayJson(status);
    return endWith(status);
  }
  const view = await viewPlan(client, plan);
  say(planTable(view));
  endWith(view.status);
}

async function watchPlan(client: PortageClient, plan: string): Promise<void> {
  const stop = stopSignal();
  for (let last = ''; !stop.aborted;) {
    const view = await viewPlan(client, plan);
    const text = planTable(view);
    if (text !== last) say(isLiveTerminal() ? `${clearTerminal}${text}` : `${text}\n`);
    last = text;
    if (view.status.state === 'done') return endWith(view.status);
    await sleep(watchMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

function endWith(status: PlanStatus): void {
  if (needsPerson(status)) process.exitCode = exitCodes.attention;
}

async function showMachine(
  client: PortageClient,
  plan: string,
  vm: string,
  { json }: Options,
): Promise<void> {
  const [status, watch] = await Promise.all([client.machineStatus(plan, vm), client.sourceWatch(plan, vm)]);
  if ((status.attention ?? watch?.attention) !== undefined) process.exitCode = exitCodes.attention;
  if (json) return sayJson({ ...status, ...(watch && { watch }) });
  say(machineText(status, await client.progress(plan, vm)));
  if (watch !== undefined) say(watchText(watch));
}
