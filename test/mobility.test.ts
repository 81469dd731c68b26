import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { machineText } from '../cli/machine-view.ts';
import { textOf } from '../chaos/histories.ts';
import type { MachineStatus } from '../client/index.ts';
import { parsePlan, type Plan } from '../plan/index.ts';
import { machineWorkflowId } from '../workflows/messages.ts';
import { mobilitySection, ownGroup, serverIp } from './mobility-world.ts';
import {
  inAttention,
  inPhase,
  instanceIdOf,
  planOf,
  privateIpOf,
  startWorld,
  type Scenario,
  type World,
} from './world.ts';

const machines = ['m-01', 'm-02', 'm-03', 'm-04', 'm-05', 'm-06', 'm-07', 'm-08', 'm-09'];
test('the way to the Mobility service', { concurrency: true }, async (t) => {
  const world = await startWorld(t, {
    machines: machines.length,
    scenario: withServer,
    worker: { PORTAGE_SETTLE_TIME: '2s', PORTAGE_ATTEMPT_TIMEOUT: '5s' },
  });
  const run = (name: string, promise: (w: World) => Promise<void>) => t.test(name, () => promise(world));
  await Promise.all([
    run('by push: the machine is opened for as long as it takes, and closed again', opensAndCloses),
    run('by push: a restart that Site Recovery recommends is told in the machine’s story', tellsRestart),
    run(
      'by push: a failed enable keeps it open for the retry, which enables anew and closes',
      keepsOpenForRetry,
    ),
    run('by push: a cancel while an enable has failed closes it', closesOnCancel),
    run(
      'by push: a closed port is told before anything is enabled; a cancel closes the firewall',
      tellsClosedPort,
    ),
    run(
      'through Systems Manager: installed, then the environment asks a person for the configuration',
      installs,
    ),
    run('preinstalled: an agent that is not there asks for a person', asksForAgent),
    run(
      'where Systems Manager does not reach the machine: told for ssm, noted for preinstalled',
      cannotReach,
    ),
  ]);
});

test('a worker killed while the firewall is open, and answers lost on the way, leave nothing open', async (t) => {
  const world = await startWorld(t, {
    machines: 1,
    scenario: withServer,
    worker: { PORTAGE_ATTEMPT_TIMEOUT: '3s', PORTAGE_STICKY_TIMEOUT: '2s' },
  });
  for (const operation of ['AuthorizeSecurityGroupIngress', 'DeleteSecurityGroup'])
    await world.fault({ operation, drop: 'after', count: 1 });
  const plan = await start(world, 'm-01', 'push');
  await world.untilMachine(plan, 'm-01', ({ notes }) =>
    notes.some(({ text }) => text.startsWith('Opened by')),
  );
  await world.local.worker.kill();
  await world.local.startWorker();
  await world.untilMachine(plan, 'm-01', inPhase('ready'));
  await isClosed(world, plan, 'm-01');
  const made = await world.ledger('CreateSecurityGroup', 'm-01');
  assert.equal(made.filter(({ status }) => status === 200).length, 1);
});

/** The appliance runs on an instance of another subnet; no machine's own group lets it in, and only m-08 has an agent. */
function withServer(scenario: Scenario): void {
  const { vpcs, subnets, securityGroups, instances } = networkShape.parse(mobilitySection([]));
  const [server] = instances;
  const bare = scenario.aws.instances.map(({ name, ...instance }) => ({
    ...instance,
    ...{ name, guest: guestOf(name), securityGroups: [ownGroup] },
    ...(name === 'm-09' && { quirks: { pushRefusal: '95265' } }),
    ...{ vpcId: 'vpc-00000000000000001', subnetId: 'subnet-00000000000000001' },
  }));
  Object.assign(scenario.aws, { vpcs, subnets, securityGroups, instances: [...bare, server] });
  const [vault] = scenario.azure.vaults;
  assert.ok(vault);
  vault.appliances = [{ name: 'appl-1', ipAddress: serverIp }];
  vault.site = { ...vault.site, discovered: 'all', runAsAccounts: ['migrate-admin'] };
}

const networkShape = z.looseObject({
  vpcs: z.unknown(),
  subnets: z.unknown(),
  securityGroups: z.unknown(),
  instances: z.array(z.looseObject({ name: z.string() })),
});

function guestOf(name: string): object {
  if (name === 'm-04') return { blocks: [445] };
  if (name === 'm-07' || name === 'm-08') return { ssm: 'absent', ...(name === 'm-08' ? { agent: {} } : {}) };
  return {};
}

async function opensAndCloses(world: World): Promise<void> {
  const plan = await start(world, 'm-01', 'push');
  await world.untilMachine(plan, 'm-01', () => true);
  const ready = await world.untilMachine(plan, 'm-01', inPhase('ready'));
  const story = ready.notes.map(({ text }) => text).join('\n');
  assert.match(
    story,
    /Opened by security group sg-\w+, until replication is enabled or the machine is given up: TCP 445 from 10\.0\.2\.10\/32, TCP 135/,
  );
  assert.match(story, /Live test: m-01 → appl-1 .*appl-1 → m-01 \(10\.0\.1\.101\) on TCP 445/);
  assert.match(story, /The firewall is closed again: sg-\w+ is gone/);
  await isClosed(world, plan, 'm-01');
}

async function tellsRestart(world: World): Promise<void> {
  const plan = await start(world, 'm-09', 'push');
  const ready = await world.untilMachine(plan, 'm-09', inPhase('ready'));
  assert.match(
    machineText(ready, undefined),
    /Site Recovery warns: 95265: The Mobility service has been installed on .*restart the machine when it suits/,
  );
}

async function keepsOpenForRetry(world: World): Promise<void> {
  await failEnable(world, 'm-02');
  const plan = await start(world, 'm-02', 'push');
  const failed = await world.untilMachine(plan, 'm-02', inAttention('95107'));
  assert.match(failed.attention?.suggestion ?? '', /Correct the run-as account on the server/);
  assert.ok(await groupOf(world, plan, 'm-02'), 'a retry needs it');

  await world.portage.retry({ plan, vm: 'm-02' });
  await world.untilMachine(plan, 'm-02', inPhase('ready'));
  await isClosed(world, plan, 'm-02');
  assert.equal((await world.ledger('CreateSecurityGroup', 'm-02')).length, 1);
}

async function closesOnCancel(world: World): Promise<void> {
  await failEnable(world, 'm-03');
  const plan = await start(world, 'm-03', 'push');
  await world.untilMachine(plan, 'm-03', inAttention('95107'));
  await cancel(world, plan, 'm-03');
  await isClosed(world, plan, 'm-03');
}

async function tellsClosedPort(world: World): Promise<void> {
  const plan = await start(world, 'm-04', 'push');
  const told = await world.untilMachine(plan, 'm-04', inAttention('SERVER_UNREACHABLE'));
  assert.equal(told.attention?.message, 'Not reached: appl-1 → m-04 (10.0.1.104) on TCP 445');
  assert.equal((await world.ledger('ReplicationProtectedItems_Create', 'm-04')).length, 0);
  await cancel(world, plan, 'm-04');
  await isClosed(world, plan, 'm-04');
}

async function installs(world: World): Promise<void> {
  const plan = await start(world, 'm-05', 'ssm');
  const installed = await world.untilMachine(plan, 'm-05', ({ notes }) =>
    notes.some(({ text }) => text.startsWith('Machine details for the appliance')),
  );
  assert.equal(installed.attention, undefined, 'the environment asks, once for all machines');
  const Name = `/portage/${plan}/m-05/agent-config`;
  const asked = await world.untilPlan(plan, ({ environments: [one] }) => one?.attention !== undefined);
  assert.equal(asked.environments[0]?.attention?.code, 'MACHINES_TO_ADD');
  assert.match(
    asked.environments[0].attention.suggestion,
    new RegExp(
      `paste the machine details.*\\n${plan}/m-05 \\(10\\.0\\.1\\.105\\): ey\\S+\\naws ssm put-parameter .* --name ${Name} --value file://${plan}-m-05\\.json\\n`,
    ),
  );
  const text = await agentConfig(world, 'm-05');
  const ssm = new SSMClient(client(world));
  await ssm.send(new PutParameterCommand({ Name, Value: text, Type: 'SecureString' }));
  await world.untilPlan(plan, ({ environments: [one] }) => one?.state === 'complete' && !one.attention);
  const ready = await world.untilMachine(plan, 'm-05', inPhase('ready'));
  assert.ok(
    ready.notes.some((note) => /^Mobility service 9\.[\d.]+ runs and is registered$/.test(note.text)),
  );
  const { events } = await world.temporal.workflow.getHandle(machineWorkflowId(plan, 'm-05')).fetchHistory();
  const told = textOf(events);
  assert.ok(told.includes(Name), 'the parameter is named');
  assert.ok(!told.includes('RcmProxyTransportSettings'), 'what is in it never enters the history');
}

async function asksForAgent(world: World): Promise<void> {
  const plan = await start(world, 'm-06', 'preinstalled');
  const told = await world.untilMachine(plan, 'm-06', inAttention('AGENT_MISSING'));
  assert.match(
    told.attention?.message ?? '',
    /i-0+6 has no Mobility service, although the plan says preinstalled/,
  );
  await cancel(world, plan, 'm-06');
}

async function cannotReach(world: World): Promise<void> {
  const plan = await start(world, 'm-07', 'ssm');
  const told = await world.untilMachine(plan, 'm-07', inAttention('SSM_UNMANAGED'));
  assert.match(told.attention?.suggestion ?? '', /AmazonSSMManagedInstanceCore/);
  await cancel(world, plan, 'm-07');

  const other = await start(world, 'm-08', 'preinstalled');
  const ready = await world.untilMachine(other, 'm-08', inPhase('ready'));
  assert.ok(ready.notes.some(({ text }) => text.startsWith('The Mobility service could not be verified')));
}

async function start(world: World, vm: string, mobility: 'push' | 'ssm' | 'preinstalled'): Promise<string> {
  const plan = `plan-${vm}`;
  await world.portage.start(planWith(plan, vm, mobility));
  await world.untilMachine(plan, vm, () => true);
  return plan;
}

function planWith(name: string, vm: string, mobility: string): Plan {
  const usual = planOf(name, { all: [vm] });
  const [environment] = usual.environments;
  const environments = [{ ...environment, ...(mobility === 'push' && { account: 'migrate-admin' }) }];
  return parsePlan({ ...usual, environments, defaults: { ...usual.defaults, mobility } });
}

async function cancel(world: World, plan: string, vm: string): Promise<MachineStatus> {
  await world.temporal.workflow.getHandle(machineWorkflowId(plan, vm)).cancel();
  return world.untilMachine(plan, vm, inPhase('aborted'));
}

/** The next push to a machine fails for its account. */
async function failEnable(world: World, vm: string): Promise<void> {
  const failJob = { code: '95107', message: 'The credentials of the account are not valid' };
  await world.fault({ operation: 'ReplicationProtectedItems_Create', target: vm, count: 1, failJob });
}

async function isClosed(world: World, plan: string, vm: string): Promise<void> {
  assert.equal(await groupOf(world, plan, vm), undefined, 'its group is gone');
  const answer = await new EC2Client(client(world)).send(
    new DescribeInstancesCommand({ InstanceIds: [instanceIdOf(vm)] }),
  );
  const groups = answer.Reservations?.[0]?.Instances?.[0]?.SecurityGroups ?? [];
  assert.deepEqual(
    groups.map(({ GroupId }) => GroupId),
    [ownGroup],
  );
}

async function groupOf(world: World, plan: string, vm: string): Promise<SecurityGroup | undefined> {
  const Filters = [{ Name: 'group-name', Values: [`portage-${plan}-${vm}`] }];
  const ec2 = new EC2Client(client(world));
  return (await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups?.[0];
}

async function agentConfig(world: World, vm: string): Promise<string> {
  const body = JSON.stringify({ action: 'create-agent-config', privateIp: privateIpOf(vm) });
  const response = await fetch(`${world.local.simulatorUrl}/_portage/person`, { method: 'POST', body });
  return z.object({ text: z.string() }).parse(await response.json()).text;
}

function client({ local }: World) {
  return {
    endpoint: local.simulatorUrl,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
  };
}
