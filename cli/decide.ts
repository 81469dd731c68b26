import { Command } from 'commander';
import type { Address, PortageClient, Selection } from '../client/index.ts';
import { collect, parseAddress } from './address.ts';
import { withClient } from './connection.ts';
import { say, sayJson } from './output.ts';
import { collectWindow, readTime } from './release-terms.ts';

interface Options {
  readonly json?: true;
  readonly vm?: readonly string[];
  readonly group?: readonly string[];
  readonly afterFailover?: true;
  readonly test?: true;
  readonly cutover?: true;
  readonly at?: string;
  readonly within?: ReturnType<typeof collectWindow>;
  readonly recoveryPoint?: string;
}

/** Commands by which people decide: each asks one thing of a plan or machine, and prints what it answers. */
export function decisionCommands(): Command[] {
  return [
    failoverCommand(),
    recoveryPointCommand(),
    selecting(
      'test-failover',
      'fail over into the test network, while the source works on',
      (client, address, selection) => client.requestTestFailover(address, selection),
    ),
    approveCommand(),
    selecting('clean-up', 'take test VMs away', (client, address, selection) =>
      client.cleanUpTest(address, selection),
    ),
    selecting('retry', 'do a failed step again', (client, address, selection) =>
      client.retry(address, selection),
    ),
    selecting(
      'turn-back',
      'undo a cutover: the source is started again',
      (client, address, selection, { afterFailover = false }) =>
        client.turnBack(address, selection, { afterFailover }),
    ).option(
      '--after-failover',
      'also where the failover was accepted: the Azure VM is taken out of service, and replication ends for good',
    ),
    selecting('abort', 'give machines up, and undo what was done', (client, address, selection) =>
      client.abort(address, selection),
    ),
    confirmCommand(),
    selecting(
      'pause',
      'begin no further step; what runs in the clouds goes on',
      (client, address, selection) => client.pause(address, selection),
    ),
    selecting('resume', 'go on after a pause', (client, address, selection) =>
      client.resume(address, selection),
    ),
    selecting('skip', 'leave a failed step out, where that is safe', (client, address, selection) =>
      client.skip(address, selection),
    ),
    selecting('accept', 'go on in spite of what failed, in your name', (client, address, selection) =>
      client.accept(address, selection),
    ),
    completeCommand(),
  ];
}

function selecting(
  name: string,
  description: string,
  ask: (client: PortageClient, address: Address, selection: Selection, options: Options) => Promise<string>,
): Command {
  return new Command(name)
    .description(description)
    .argument('<plan[/vm]>', 'a plan, or one machine of it', parseAddress)
    .option('--vm <name>', 'only this machine of the plan; may be repeated', collect)
    .option('--group <name>', 'only this group of the plan; may be repeated', collect)
    .option('--json', 'print the answer as JSON')
    .action(async (address: Address, options: Options, command: Command) => {
      const { json, vm = [], group = [] } = options;
      if (address.vm !== undefined && vm.length + group.length > 0)
        command.error(
          `error: ${address.plan}/${address.vm} is one machine: --vm and --group choose from a plan`,
        );
      const selection = { vms: vm, groups: group };
      answer(address, await withClient((client) => ask(client, address, selection, options)), json);
    });
}

function failoverCommand(): Command {
  return selecting(
    'failover',
    'cut over now, or as soon as ready; a plan’s groups in their order',
    (client, address, selection, { at, within, recoveryPoint }) =>
      client.requestFailover(address, selection, {
        ...(at !== undefined && { at }),
        ...(within && { within }),
        ...(recoveryPoint !== undefined && { recoveryPoint }),
      }),
  )
    .option('--at <time>', 'not before this time, with its zone: 2026-05-02T22:00+02:00', readTime)
    .option(
      '--within <from/until>',
      'only inside this window, instead of those of the plan; may be repeated',
      collectWindow,
    )
    .option('--recovery-point <id>', 'of one machine: fail over to this point, by its ARM id or name')
    .hook('preAction', ofOneMachine);
}

/** What is approved has to be said: it is somebody's word. */
function approveCommand(): Command {
  const command = selecting(
    'approve',
    'approve what was seen, in your name: a test failover, or that the cutover may begin',
    (client, address, selection, { test }) =>
      test ? client.approveTest(address, selection) : client.approveCutover(address, selection),
  );
  return command
    .option('--test', 'the test failover')
    .option('--cutover', 'the cutover, where the plan asks for approvals of it')
    .hook('preAction', () => {
      const { test = false, cutover = false } = command.opts<Options>();
      if (test === cutover) command.error('error: say what you approve: --test or --cutover');
    });
}

function confirmCommand(): Command {
  return new Command('confirm')
    .description('answer what a machine in attention asks')
    .argument('<plan/vm>', 'the machine', parseAddress)
    .argument('<answer>', 'one of those that its attention names')
    .option('--json', 'print the answer as JSON')
    .action(async (address: Address, given: string, { json }: Options, command: Command) => {
      const { plan, vm } = address;
      if (vm === undefined) return command.error(`error: ${plan} is a plan: name one machine, ${plan}/<vm>`);
      answer(address, await withClient((client) => client.confirm(plan, vm, given)), json);
    });
}

/** Each machine has recovery points of its own. */
function ofOneMachine(command: Command): void {
  const { recoveryPoint } = command.opts<Options>();
  const [address = ''] = command.args;
  if (recoveryPoint !== undefined && !address.includes('/'))
    command.error(`error: --recovery-point is of one machine: ${address} is a plan, name ${address}/<vm>`);
}

function recoveryPointCommand(): Command {
  return new Command('recovery-point')
    .description('make a machine’s Azure VM anew from another recovery point, before its commit')
    .argument('<plan/vm>', 'the machine', parseAddress)
    .argument('<id>', 'ARM id or name of the recovery point')
    .option('--json', 'print the answer as JSON')
    .action(async (address: Address, id: string, { json }: Options, command: Command) => {
      const { plan, vm } = address;
      if (vm === undefined) return command.error(`error: ${plan} is a plan: name one machine, ${plan}/<vm>`);
      answer(address, await withClient((client) => client.changeRecoveryPoint(plan, vm, id)), json);
    });
}

function completeCommand(): Command {
  return new Command('complete')
    .description('say that a manual action of a plan is done')
    .argument('<plan>', 'the plan')
    .argument('<action>', 'its id, as the status prints it: databases/before/1')
    .option('--json', 'print the answer as JSON')
    .action(async (plan: string, action: string, { json }: Options) =>
      answer({ plan }, await withClient((client) => client.completeAction(plan, action)), json),
    );
}

function answer({ plan, vm }: Address, text: string, json: true | undefined): void {
  if (json) return sayJson({ answer: text });
  say(text);
  say(`How it stands: portage status ${vm === undefined ? plan : `${plan}/${vm}`}`);
}
