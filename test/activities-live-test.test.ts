import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VmPlan } from '../plan/index.ts';
import { detailsOf, machine, preflight, type CloudWorld } from './cloud-world.ts';
import { bareMachine, openMachine, pushed, startMobilityClouds } from './mobility-world.ts';

test('the live test', async (t) => {
  const world = await startMobilityClouds(t, [
    openMachine('m-01'),
    bareMachine('m-02'),
    bareMachine('m-03', { platform: 'linux', osName: 'Ubuntu 22.04.4 LTS' }),
    bareMachine('m-04', { guest: { ssm: 'absent' } }),
    bareMachine('m-05', { guest: { ssm: 'silent' } }),
  ]);
  const run = (promise: string, keep: (world: CloudWorld) => Promise<void>) =>
    t.test(promise, () => keep(world));

  await run(
    'goes from the machine to the server, and for a push from the server into the machine',
    goesBothWays,
  );
  await run('tells a closed port with who cannot reach whom', tellsClosedPort);
  await run('goes from a Linux machine, too', goesFromLinux);
  await run('that Systems Manager cannot make is said, and stops nothing', saysUntried);
});

test('a server whose own firewall is closed is told with its port', async (t) => {
  const world = await startMobilityClouds(t, [bareMachine('m-01')], {
    aws: { serverGuest: { blocks: [9443] } },
  });
  const failure = await unreachable(world, machine('m-01', { mobility: 'ssm' }));
  assert.equal(failure.message, 'Not reached: m-01 → appl-1 (10.0.2.10) on TCP 9443');
});

async function goesBothWays(world: CloudWorld): Promise<void> {
  assert.deepEqual(await liveTest(world, pushed('m-01')), [
    'Live test: m-01 → appl-1 (10.0.2.10) on TCP 443, m-01 → appl-1 (10.0.2.10) on TCP 9443, ' +
      'appl-1 → m-01 (10.0.1.101) on TCP 445, appl-1 → m-01 (10.0.1.101) on TCP 135',
  ]);
}

async function tellsClosedPort(world: CloudWorld): Promise<void> {
  const failure = await unreachable(world, pushed('m-02'));
  assert.equal(
    failure.message,
    'Not reached: appl-1 → m-02 (10.0.1.102) on TCP 445, appl-1 → m-02 (10.0.1.102) on TCP 135',
  );
  const { code, suggestion } = detailsOf(failure);
  assert.equal(code, 'SERVER_UNREACHABLE');
  assert.match(suggestion, /guest firewalls .* then retry/);
}

async function goesFromLinux(world: CloudWorld): Promise<void> {
  assert.deepEqual(await liveTest(world, machine('m-03', { mobility: 'preinstalled' })), [
    'Live test: m-03 → appl-1 (10.0.2.10) on TCP 443, m-03 → appl-1 (10.0.2.10) on TCP 9443',
  ]);
}

async function saysUntried(world: CloudWorld): Promise<void> {
  for (const name of ['m-04', 'm-05'])
    assert.deepEqual(await liveTest(world, machine(name)), [
      `Live test: could not be tried through Systems Manager: ${name} → appl-1 (10.0.2.10) on TCP 443, ${name} → appl-1 (10.0.2.10) on TCP 9443`,
    ]);
}

async function liveTest(world: CloudWorld, vm: VmPlan): Promise<string[]> {
  const { source, setting } = await preflight(world, vm);
  const begun = await world.run((a) => a.beginLiveTest(vm, source, setting, [], `test of ${vm.name}`));
  return world.run((a) => a.awaitLiveTest(begun));
}

async function unreachable(world: CloudWorld, vm: VmPlan) {
  const { source, setting } = await preflight(world, vm);
  const begun = await world.run((a) => a.beginLiveTest(vm, source, setting, [], `test of ${vm.name}`));
  const failure = await world.failure((a) => a.awaitLiveTest(begun));
  assert.deepEqual([failure.type, failure.nonRetryable], ['ServerUnreachable', true]);
  return failure;
}
