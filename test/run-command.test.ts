import assert from 'node:assert/strict';
import { test } from 'node:test';
import { removeScript, runScript, type AzureScriptState } from '../activities/run-command/script.ts';
import { runInAttempt, startClouds, writes, type CloudWorld } from './cloud-world.ts';

const group = 'rg-target';
const idOf = (vm: string): string =>
  `/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/${vm}`;
const placed = { resourceGroup: group, network: 'vnet-prod', subnet: 'servers' };
const azure = {
  virtualMachines: [
    { ...placed, name: 'jump-01' },
    { ...placed, name: 'jump-02', powerState: 'deallocated' },
    { resourceGroup: group, name: 'closed-01', network: 'vnet-test', subnet: 'isolated' },
  ],
};

test('a script on an Azure VM', async (t) => {
  const world = await startClouds(t, { azure, durations: { runCommandGivenUpMinutes: 90 } });
  await t.test('is sent once, waited for, read and taken away', () => runsOnce(world));
  await t.test('is found again when the answer to its sending was lost', () => isFoundAgain(world));
  await t.test('that fails is an answer, not a failure of the platform', () => failing(world));
  await t.test('is not sent to a VM that does not run', () => notRunning(world));
  await t.test('where nothing reaches the agent comes to nothing known', () => closed(world));
  await t.test('that takes too long comes to nothing known', () => tooLong(world));
});

async function runsOnce(world: CloudWorld): Promise<void> {
  assert.deepEqual(await look(world, 'jump-01', 'once', 'hostname'), {
    ended: false,
    progress: 'once is sent to jump-01',
  });
  assert.deepEqual(await look(world, 'jump-01', 'once', 'hostname'), {
    ended: false,
    progress: 'once on jump-01 is Pending',
  });
  await world.skip(3);
  const ended = {
    ended: true,
    end: { kind: 'ran', exitCode: 0, output: 'jump-01\r\n', errors: '' },
  };
  assert.deepEqual(await look(world, 'jump-01', 'once', 'hostname'), ended);
  assert.equal((await sent(world, 'runCommands/once')).length, 1);
  for (let times = 0; times < 3; times += 1)
    await runInAttempt(() => removeScript(world.azure, idOf('jump-01'), 'once'));
  assert.equal(accepted(await world.ledger('VirtualMachineRunCommands_Delete', 'once')), 1);
}

async function isFoundAgain(world: CloudWorld): Promise<void> {
  await world.fault({ operation: 'VirtualMachineRunCommands_CreateOrUpdate', drop: 'after', count: 1 });
  await assert.rejects(look(world, 'jump-01', 'lost', 'hostname'));
  await world.skip(3);
  assert.equal((await look(world, 'jump-01', 'lost', 'hostname')).ended, true);
  assert.equal((await sent(world, 'runCommands/lost')).length, 1);
}

async function failing(world: CloudWorld): Promise<void> {
  await look(world, 'jump-01', 'failing', 'exit 3');
  await world.skip(3);
  const state = await look(world, 'jump-01', 'failing', 'exit 3');
  assert.ok(state.ended && state.end.kind === 'ran');
  assert.equal(state.end.exitCode, 3);
}

async function notRunning(world: CloudWorld): Promise<void> {
  const state = await look(world, 'jump-02', 'none', 'hostname');
  assert.ok(!state.ended);
  assert.match(state.progress, /jump-02 does not run: PowerState\/deallocated/);
  assert.equal((await sent(world, 'runCommands/none')).length, 0);
}

async function closed(world: CloudWorld): Promise<void> {
  await look(world, 'closed-01', 'closed', 'hostname');
  await world.skip(95);
  const state = await look(world, 'closed-01', 'closed', 'hostname');
  assert.ok(state.ended && state.end.kind === 'inconclusive');
  assert.match(state.end.why, /has not reported status for VM agent/);
}

async function tooLong(world: CloudWorld): Promise<void> {
  const commands = Array.from({ length: 400 }, () => 'hostname');
  const script = { name: 'slow', commands, timeoutSeconds: 30 };
  const slow = () => runInAttempt(() => runScript(world.azure, idOf('jump-01'), script));
  await slow();
  await world.skip(5);
  const state = await slow();
  assert.ok(state.ended && state.end.kind === 'inconclusive');
  assert.match(state.end.why, /^TimedOut/);
}

function look(world: CloudWorld, vm: string, name: string, ...commands: string[]): Promise<AzureScriptState> {
  return runInAttempt(() => runScript(world.azure, idOf(vm), { name, commands }));
}

async function sent(world: CloudWorld, target: string) {
  return writes(await world.ledger('VirtualMachineRunCommands_CreateOrUpdate', target));
}

function accepted(entries: Awaited<ReturnType<CloudWorld['ledger']>>): number {
  return entries.filter(({ status }) => status === 202).length;
}
