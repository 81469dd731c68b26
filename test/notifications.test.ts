import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { z } from 'zod';
import type { Plan } from '../plan/index.ts';
import { planWorkflowId } from '../workflows/messages.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';
import { inAttention, planOf, startWorld, until, type World } from './world.ts';

const secret = 'hunter2-signs';
const hour = 3_600_000;

const event = z.object({
  id: z.string(),
  event: z.string(),
  plan: z.string(),
  vm: z.string().optional(),
  text: z.string(),
  code: z.string().optional(),
  choices: z.array(z.string()).optional(),
  vms: z.array(z.string()).optional(),
});
type Event = z.infer<typeof event>;

/** What came to a receiver. */
interface Call {
  readonly event: Event;
  readonly body: string;
  readonly signature: string;
  readonly key: string;
}

test('notifications', { concurrency: true }, async (t) => {
  const receiver = await startReceiver(t);
  const world = await startWorld(t, {
    machines: 3,
    worker: { NOTIFY_KEY: secret, NOTIFY_URL: `${receiver.url}/of-the-environment` },
  });
  const run = (name: string, promise: (w: World, r: Receiver) => Promise<void>) =>
    t.test(name, () => promise(world, receiver));
  await Promise.all([
    run('tell of ready, the window, and the end, each once though tried again, signed', tells),
    run('tell who asks, and with which commands one answers', asks),
    run('that nobody takes hold nothing up, and are noted', heldUpByNothing),
  ]);
});

async function tells(world: World, { url, of }: Receiver): Promise<void> {
  const from = Date.now() + 20 * 60_000;
  const on = ['ready', 'attention', 'window', 'completed'];
  await world.portage.start(windowed('told', 'm-01', from, [{ webhook: `${url}/flaky`, secret: key, on }]));
  const window = await until(
    () => Promise.resolve(of('told').find((call) => call.event.event === 'window')),
    (call) => call !== undefined,
  );
  assert.deepEqual(window?.event.vms, ['m-01']);
  const within = [{ from: new Date(Date.now() - hour).toISOString(), until: new Date(from).toISOString() }];
  await world.portage.requestFailover({ plan: 'told' }, {}, { within });
  const { notes } = await world.portage.untilEnded('told');
  assert.deepEqual(
    notes.filter(({ text }) => text.startsWith('Not told')),
    [],
  );
  const calls = of('told');
  const kinds = new Map(calls.map((call) => [call.key, `${call.event.event} ${call.event.vm ?? ''}`.trim()]));
  assert.deepEqual([...kinds.values()].sort(), ['completed', 'completed m-01', 'ready m-01', 'window']);
  assert.equal(calls.length, kinds.size + 1, 'the one that was refused was sent again, under its own key');
  for (const { body, signature, key: sent, event: told } of calls) {
    const [, time = '', mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
    assert.equal(mac, createHmac('sha256', secret).update(`${time}.${body}`).digest('hex'));
    assert.equal(sent, told.id);
  }
  const history = await world.temporal.workflow.getHandle(planWorkflowId('told')).fetchHistory();
  const text = payloadsOf(JSON.stringify(history));
  assert.ok(text.includes('NOTIFY_KEY') && !text.includes(secret));
}

async function asks(world: World, { of }: Receiver): Promise<void> {
  const webhook = { env: 'NOTIFY_URL' };
  const notifications = [{ webhook, secret: key, on: ['attention'] }];
  await world.portage.start(windowed('asks', 'm-02', Date.now() - 3 * hour, notifications));
  await world.untilMachine('asks', 'm-02', inAttention('NO_WINDOW_LEFT'));
  await world.portage.confirm('asks', 'm-02', 'now');
  await world.portage.untilEnded('asks');
  const [asked, ...others] = of('asks').map((call) => call.event);
  assert.deepEqual([asked?.event, asked?.vm, asked?.code], ['attention', 'm-02', 'NO_WINDOW_LEFT']);
  assert.equal(asked?.choices?.[0], 'portage confirm asks/m-02 now');
  assert.deepEqual(others, [], 'nobody asked for the rest');
}

async function heldUpByNothing(world: World, { url }: Receiver): Promise<void> {
  const on = ['ready', 'completed'];
  const notifications = [{ webhook: `${url}/gone`, secret: key, on }];
  await world.portage.start(windowed('gone', 'm-03', Date.now() - 1000, notifications));
  const { groups, notes } = await world.portage.untilEnded('gone');
  assert.equal(groups[0]?.machines[0]?.phase, 'completed');
  const told = notes.filter(({ text }) => text.startsWith('Not told')).map(({ text }) => text);
  assert.equal(told.length, 3);
  assert.match(told.join('\n'), /gone\/m-03 is ready to cut over: .*answered 410/);
}

/** What the payloads of a history hold: its JSON has them in base64. */
function payloadsOf(history: string): string {
  const payloads = [...history.matchAll(/"data":"([^"]+)"/g)];
  return payloads.map(([, data = '']) => Buffer.from(data, 'base64').toString()).join('\n');
}

const key = { env: 'NOTIFY_KEY' };

/** A plan of one machine with a window of an hour, and notifications. */
function windowed(name: string, vm: string, from: number, notifications: readonly object[]): Plan {
  const local = (time: number) => new Date(time).toISOString().slice(0, 19);
  const cutover = { from: local(from), until: local(from + hour), timezone: 'UTC' };
  const plan = planOf(name, { all: [vm] }, { notifications });
  return { ...plan, defaults: { ...plan.defaults, cutover } };
}

interface Receiver {
  readonly url: string;
  /** What came about a plan. */
  readonly of: (plan: string) => readonly Call[];
}

/** Takes everything; `/gone` nothing, `/flaky` not the first call. */
async function startReceiver(t: TestContext): Promise<Receiver> {
  const calls: Call[] = [];
  let refusals = 1;
  const url = await startWebhookReceiver(t, ({ path, headers, body }, response) => {
    const header = (name: string) => [headers[name] ?? ''].flat().join();
    const told = event.parse(JSON.parse(body));
    calls.push({
      event: told,
      body,
      signature: header('portage-signature'),
      key: header('idempotency-key'),
    });
    const isRefused = path === '/flaky' && refusals-- > 0;
    response.writeHead(path === '/gone' ? 410 : isRefused ? 503 : 200).end();
  });
  const of = (plan: string) => calls.filter((call) => call.event.plan === plan);
  return { url, of };
}
