import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { test, type TestContext } from 'node:test';
import {
  connectedTo,
  detailsOf,
  failureOf,
  isolateProcess,
  runInAttempt,
  type Attempt,
} from './cloud-world.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';

/** What came to a receiver. */
interface Call {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A receiver of webhooks on loopback, at an address with a secret in it. */
interface Receiver {
  readonly url: string;
  readonly calls: readonly Call[];
}

const secret = 'hunter2-in-the-path';
const idempotencyKey = 'move/databases/before/1';

test('a webhook', async (t) => {
  isolateProcess('http://127.0.0.1:1'); // no cloud is asked
  const { activities } = connectedTo(new URL('http://127.0.0.1:1'));
  const call = (url: string | { readonly env: string }, attempt?: Attempt) =>
    runInAttempt(
      () =>
        activities.callWebhook(
          { plan: 'move', group: 'databases' },
          { id: 'databases/before/1', url },
          idempotencyKey,
        ),
      attempt,
    );

  await t.test('is called with what it is about, and the same key at every try', async (each) => {
    const { url, calls } = await startReceiver(each, [503, 200, 200]);
    const failure = await failureOf(call(url));
    assert.deepEqual([failure.type, failure.nonRetryable], ['WebhookFailed', false]);
    assert.match(failure.message, /databases\/before\/1 answered 503/);
    await call(url);
    await call(url);
    assert.equal(calls.length, 3, 'one request for each try');
    for (const { method, path, headers, body } of calls) {
      assert.deepEqual([method, path], ['POST', `/${secret}`]);
      assert.deepEqual(body, { plan: 'move', group: 'databases', action: 'databases/before/1' });
      assert.equal(headers['content-type'], 'application/json');
      assert.equal(headers['idempotency-key'], 'move/databases/before/1');
    }
  });

  for (const status of [400, 401, 404, 410])
    await t.test(`that answers ${status} is for a person`, async (each) => {
      const { url } = await startReceiver(each, [status]);
      const failure = await failureOf(call(url));
      assert.deepEqual([failure.type, failure.nonRetryable], ['WebhookFailed', true]);
      assert.match(failure.message, new RegExp(`databases/before/1 answered ${status}`));
      assert.match(detailsOf(failure).suggestion, /by hand/);
      tellsNoAddress(failure, url);
    });

  for (const status of [408, 429, 500, 503])
    await t.test(`that answers ${status} is tried again`, async (each) => {
      const { url } = await startReceiver(each, [status]);
      assert.equal((await failureOf(call(url))).nonRetryable, false);
    });

  await t.test('that leads elsewhere is not followed', async (each) => {
    const elsewhere = await startReceiver(each, [200]);
    const { url, calls } = await startReceiver(each, [307], elsewhere.url);
    const failure = await failureOf(call(url));
    assert.deepEqual([failure.type, failure.nonRetryable], ['WebhookFailed', false]);
    assert.deepEqual([calls.length, elsewhere.calls.length], [1, 0]);
    tellsNoAddress(failure, url);
  });

  await t.test(
    'that cannot be reached, or whose address is none, is tried again without telling it',
    async () => {
      for (const url of [`http://127.0.0.1:1/${secret}`, `no address at all ${secret}`]) {
        const failure = await failureOf(call(url));
        assert.deepEqual([failure.type, failure.nonRetryable], ['WebhookFailed', false]);
        assert.match(failure.message, /databases\/before\/1 could not be reached/);
        tellsNoAddress(failure, url);
      }
    },
  );

  await t.test('that never answers is given up in time, and tried again', async (each) => {
    const silent = await startReceiver(each, 'silent');
    const hasty = connectedTo(new URL('http://127.0.0.1:1'), 200).activities;
    const action = { id: 'databases/before/1', url: silent.url };
    const failure = await failureOf(
      runInAttempt(() => hasty.callWebhook({ plan: 'move', group: 'databases' }, action, idempotencyKey)),
    );
    assert.deepEqual([failure.type, failure.nonRetryable], ['WebhookFailed', false]);
    assert.equal(silent.calls.length, 1);
  });

  await t.test('whose address is a secret has it from the worker', async (each) => {
    const { url, calls } = await startReceiver(each, [200]);
    process.env.PAYROLL_HOOK = url;
    await call({ env: 'PAYROLL_HOOK' });
    assert.equal(calls.length, 1);
    await assert.rejects(call({ env: 'NO_SUCH_HOOK' }), /The worker has no secret NO_SUCH_HOOK/);
  });

  await t.test('is not called by an attempt that is past its deadline', async (each) => {
    const { url, calls } = await startReceiver(each, [200]);
    const failure = await failureOf(call(url, { currentAttemptScheduledTimestampMs: Date.now() - 11_000 }));
    assert.deepEqual([failure.type, failure.nonRetryable], ['TooLate', false]);
    assert.equal(calls.length, 0);
  });
});

function tellsNoAddress(failure: Error, url: string): void {
  const told = JSON.stringify([failure, failure.message, failure.stack, failure.cause]);
  assert.ok(!told.includes(secret) && !told.includes(url), told);
}

/** Starts a receiver that answers with these statuses, one after the other, or never. */
async function startReceiver(
  t: TestContext,
  statuses: readonly number[] | 'silent',
  location?: string,
): Promise<Receiver> {
  const calls: Call[] = [];
  const url = await startWebhookReceiver(t, ({ method, path, headers, body }, response) => {
    calls.push({ method, path, headers, body: JSON.parse(body) });
    if (statuses === 'silent') return;
    response.writeHead(statuses[calls.length - 1] ?? 500, location === undefined ? {} : { location }).end();
  });
  return { url: `${url}/${secret}`, calls };
}
