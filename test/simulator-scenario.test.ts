import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { loadScenario, parseScenario, startSimulator } from '../simulator/index.ts';
import { demoScenario, startWorld, vault } from './simulator-world.ts';

const azure = `
azure:
  subscriptionId: 11111111-2222-3333-4444-555555555555
  tenantId: 99999999-8888-7777-6666-555555555555
`;

test('a scenario that is wrong names file, line, column and what was expected', () => {
  const wrong: readonly (readonly [text: string, message: RegExp])[] = [
    ['azure: [', /^clouds\.yaml: .*line 1/],
    [`${azure}durations: { enableMinute: 3 }`, /^clouds\.yaml:5:12: durations: .*enableMinute/],
    [`${azure}  vcpuQuota: many`, /^clouds\.yaml:5:14: azure\.vcpuQuota: /],
    [
      `${azure}faults: [{ operation: StopInstances }]`,
      /^clouds\.yaml:5:10: faults\.0: a fault says what goes wrong/,
    ],
    [
      `${azure}  storageAccounts: [{ name: stcache, resourceGroup: nowhere }]`,
      /^clouds\.yaml:5:53: azure\.storageAccounts\.0\.resourceGroup: there is no resource group 'nowhere'/,
    ],
    ['start: 2026-03-01T20:00:00Z', /azure: /],
  ];
  for (const [text, message] of wrong) assert.throws(() => parseScenario(text, 'clouds.yaml'), { message });
});

test('a scenario that is not there is named', async () => {
  await assert.rejects(loadScenario('nowhere.yaml'), /Cannot read the scenario nowhere\.yaml/);
});

test('a duration is a number or its bounds', () => {
  const { durations } = parseScenario(
    `${azure}durations: { enableMinutes: 5, failoverMinutes: [2, 3] }`,
    'x',
  );
  assert.deepEqual(
    [durations.enableMinutes, durations.failoverMinutes, durations.commitSeconds],
    [
      [5, 5],
      [2, 3],
      [3, 3],
    ],
  );
});

test('a client that speaks no HTTP, sends too much or hangs up does not end the simulator', async (t) => {
  const world = await startWorld(t);
  const port = Number(new URL(world.url).port);
  const garbage = connect(port, '127.0.0.1');
  garbage.end('\u0000\u0001 not http\r\n\r\n').resume();
  await once(garbage, 'close');
  const hangsUp = connect(port, '127.0.0.1');
  hangsUp.write(`PUT ${vault} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{`, () => hangsUp.destroy());
  await once(hangsUp, 'close');
  const tooMuch = await fetch(`${world.url}${vault}`, { method: 'PUT', body: 'x'.repeat(5 * 2 ** 20) }).catch(
    () => undefined,
  );
  assert.ok(tooMuch === undefined || tooMuch.status === 413);
  for (const path of ['/%E0%A4%A', '/?%', '//', '/subscriptions/%']) {
    assert.ok((await world.arm('GET', path)).status >= 400, path);
  }
  assert.equal((await fetch(`${world.url}/_portage/health`)).status, 200);
});

test('a port that is taken is an error, not a second simulator', async (t) => {
  const world = await startWorld(t);
  const port = Number(new URL(world.url).port);
  await assert.rejects(startSimulator({ scenario: await demoScenario(), port }), { code: 'EADDRINUSE' });
});
