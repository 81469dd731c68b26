import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  EC2ServiceException,
  type Instance,
} from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { Clouds } from '../activities/index.ts';
import type { WatchStatus } from '../client/index.ts';
import { parsePlan } from '../plan/index.ts';
import { connectedTo, isolateProcess } from './cloud-world.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';
import { instanceIdOf, inPhase, planOf, startWorld, until, untilState, type World } from './world.ts';

interface Stage {
  readonly world: World;
  readonly clouds: Clouds;
  readonly hook: string;
  /** What was told, by plan. */
  readonly told: readonly Told[];
}

const toldShape = z.object({
  plan: z.string(),
  event: z.string(),
  vm: z.string().optional(),
  text: z.string(),
  code: z.string().optional(),
});
type Told = z.infer<typeof toldShape>;

test('after the commit', { concurrency: true }, async (t) => {
  const { hook, told } = await startReceiver(t);
  const worker = {
    PORTAGE_WATCH_INTERVAL: '200ms',
    PORTAGE_STICKY_TIMEOUT: '1s',
    PORTAGE_ATTEMPT_TIMEOUT: '3s',
    NOTIFY_KEY: 'hunter2-signs',
  };
  const world = await startWorld(t, { machines: 4, worker });
  const url = new URL(world.local.simulatorUrl);
  isolateProcess(url.href);
  const stage = { world, clouds: connectedTo(url).clouds, hook, told };
  const run = (name: string, promise: (s: Stage) => Promise<void>) => t.test(name, () => promise(stage));
  await Promise.all([
    run('a source is kept apart by one group, and watched though the worker is killed', keepsApart),
    run('a source is terminated on a person’s word alone, and not while it runs', terminates),
    run('and kept where that person says so', keeps),
  ]);
});

async function keepsApart(stage: Stage): Promise<void> {
  const { world, clouds, told } = stage;
  const before = (await instance(clouds, 'm-01')).SecurityGroups?.map(({ GroupId }) => GroupId);
  await world.fault({ operation: 'CreateSecurityGroup', drop: 'after', count: 1 });
  const modify = 'ModifyNetworkInterfaceAttribute';
  await world.fault({ operation: modify, drop: 'before', count: 1 });
  await start(stage, 'apart', ['m-01', 'm-02'], { watchDays: 15 / (24 * 3600) });
  await world.portage.untilEnded('apart');

  const groups = await quarantines(clouds, 'apart');
  assert.deepEqual(
    groups.map(({ IpPermissions, IpPermissionsEgress }) => [IpPermissions, IpPermissionsEgress]),
    [[[], []]],
    'one for both, without a rule',
  );
  for (const vm of ['m-01', 'm-02']) {
    const { NetworkInterfaces = [], Tags = [], State } = await instance(clouds, vm);
    assert.equal(State?.Name, 'stopped');
    const [nic, ...others] = NetworkInterfaces;
    assert.deepEqual([nic?.Groups?.map(({ GroupId }) => GroupId), others], [[groups[0]?.GroupId], []]);
    const kept = Tags.find(({ Key }) => Key === `portage:groups/${nic?.NetworkInterfaceId ?? ''}`);
    assert.equal(kept?.Value, before?.join(' '), 'a person can put them back');
    assert.ok(Tags.some(({ Key }) => Key === 'portage:completed'));
  }

  await world.local.worker.kill();
  await world.local.startWorker();
  const source = { instanceId: instanceIdOf('m-01') };
  await world.person({ action: 'start-instance', ...source });
  await untilState(world, 'running', 'm-01');
  await world.person({ action: 'stop-instance', ...source });
  const seen = await untilWatch(world, 'apart', 'm-01', ({ starts }) => starts.length > 0);
  assert.equal(seen.starts.length, 1);
  assert.match(seen.notes.map(({ text }) => text).join('\n'), /Somebody has started the source i-0+1 at /);
  await until(
    () => Promise.resolve(told.filter(({ plan, event }) => plan === 'apart' && event === 'source-started')),
    (heard) => heard.length === 1 && heard[0]?.vm === 'm-01',
  );
  const over = await untilWatch(world, 'apart', 'm-02', ({ state }) => state === 'ended');
  assert.deepEqual(over.starts, []);
  assert.equal((await untilWatch(world, 'apart', 'm-01', ({ state }) => state === 'ended')).starts.length, 1);
}

async function terminates(stage: Stage): Promise<void> {
  const { world, clouds, told } = stage;
  await start(stage, 'ends', ['m-03'], { afterCommit: 'terminate', watchDays: 0 });
  await world.portage.untilEnded('ends');
  const asked = await untilWatch(world, 'ends', 'm-03', ({ state }) => state === 'asking');
  assert.equal(asked.attention?.code, 'TERMINATE_SOURCE');
  assert.deepEqual(asked.attention.choices, [
    'portage confirm ends/m-03 terminate',
    'portage confirm ends/m-03 keep',
  ]);
  await until(
    () => Promise.resolve(told.find(({ plan, code }) => plan === 'ends' && code === 'TERMINATE_SOURCE')),
    (one) => one !== undefined,
  );
  await assert.rejects(world.portage.confirm('ends', 'm-03', 'burn'), /answers now: terminate, keep/);
  const source = { instanceId: instanceIdOf('m-03') };
  await world.person({ action: 'start-instance', ...source });
  await untilState(world, 'running', 'm-03');
  await world.portage.confirm('ends', 'm-03', 'terminate');
  await untilWatch(world, 'ends', 'm-03', ({ attention }) => attention?.code === 'NOT_TERMINABLE');
  await world.person({ action: 'stop-instance', ...source });
  await untilState(world, 'stopped', 'm-03');
  await world.fault({ operation: 'TerminateInstances', target: source.instanceId, drop: 'after', count: 1 });
  await world.portage.confirm('ends', 'm-03', 'terminate');
  const gone = await untilWatch(world, 'ends', 'm-03', ({ state }) => state === 'gone');
  assert.match(
    gone.notes.map(({ text }) => text).join('\n'),
    /Confirmed by local: terminate the source[^]*The source is terminated; its snapshots stay: snap-/,
  );
  assert.equal((await world.ledger('TerminateInstances', source.instanceId)).length, 1);
  assert.ok(await isTerminated(clouds, 'm-03'));
}

async function keeps(stage: Stage): Promise<void> {
  const { world } = stage;
  await start(stage, 'stays', ['m-04'], { afterCommit: 'terminate', watchDays: 0 });
  await untilWatch(world, 'stays', 'm-04', ({ state }) => state === 'asking');
  await world.untilMachine('stays', 'm-04', inPhase('completed'));
  await world.portage.confirm('stays', 'm-04', 'keep');
  await untilWatch(world, 'stays', 'm-04', ({ state }) => state === 'ended');
  assert.equal((await world.ledger('TerminateInstances', instanceIdOf('m-04'))).length, 0);
}

async function start(
  { world, hook }: Stage,
  name: string,
  vms: readonly string[],
  settings: object,
): Promise<void> {
  const on = ['source-started', 'attention'];
  const notifications = [{ webhook: hook, secret: { env: 'NOTIFY_KEY' }, on }];
  const plan = planOf(name, { all: vms }, { notifications });
  const defaults = { ...plan.defaults, cutover: 'automatic', ...settings };
  await world.portage.start(parsePlan({ ...plan, defaults }));
}

function untilWatch(
  world: World,
  plan: string,
  vm: string,
  wanted: (status: WatchStatus) => boolean,
): Promise<WatchStatus> {
  const look = async () => {
    const status = await world.portage.sourceWatch(plan, vm);
    assert.ok(status !== undefined, 'it is not watched');
    return status;
  };
  return until(look, wanted);
}

async function instance(clouds: Clouds, vm: string): Promise<Instance> {
  const answer = await clouds
    .ec2('eu-west-1')
    .send(new DescribeInstancesCommand({ InstanceIds: [instanceIdOf(vm)] }));
  const [found] = (answer.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
  assert.ok(found !== undefined);
  return found;
}

/** EC2 shows an instance for about an hour after its end, seconds of this test: one that it has forgotten was terminated. */
async function isTerminated(clouds: Clouds, vm: string): Promise<boolean> {
  try {
    return (await instance(clouds, vm)).State?.Name === 'terminated';
  } catch (error) {
    if (error instanceof EC2ServiceException && error.name === 'InvalidInstanceID.NotFound') return true;
    throw error;
  }
}

async function quarantines(clouds: Clouds, plan: string) {
  const Filters = [{ Name: 'group-name', Values: [`portage-quarantine-${plan}`] }];
  const { SecurityGroups = [] } = await clouds
    .ec2('eu-west-1')
    .send(new DescribeSecurityGroupsCommand({ Filters }));
  return SecurityGroups;
}

async function startReceiver(t: TestContext): Promise<Pick<Stage, 'hook' | 'told'>> {
  const told: Told[] = [];
  const hook = await startWebhookReceiver(t, ({ body }, response) => {
    told.push(toldShape.parse(JSON.parse(body)));
    response.writeHead(204).end();
  });
  return { hook, told };
}
