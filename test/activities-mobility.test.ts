import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Activities } from '../activities/index.ts';
import { sendScript } from '../activities/systems-manager/script.ts';
import { failureAsRead } from './as-read.ts';
import {
  accepted,
  connectedTo,
  detailsOf,
  instanceIdOf,
  machine,
  pollIntervalMs,
  preflight,
  type CloudWorld,
  type Found,
} from './cloud-world.ts';
import {
  agentConfig,
  bareMachine,
  classicEnvironment,
  classicVault,
  putParameter,
  startMobilityClouds,
} from './mobility-world.ts';

const linux = { platform: 'linux', osName: 'Ubuntu 22.04.4 LTS' };

test('the Mobility service through Systems Manager', async (t) => {
  const world = await startMobilityClouds(t, [
    ...['m-01', 'm-03', 'm-04', 'm-05', 'm-06'].map((name) => bareMachine(name)),
    bareMachine('m-02', linux),
    bareMachine('m-07', { guest: { agent: {} } }),
    bareMachine('m-08', { ...linux, guest: { agent: {} } }),
    bareMachine('m-09', { guest: { ssm: 'absent' } }),
    bareMachine('m-10', { guest: { agent: { registered: false } } }),
  ]);
  const run = (promise: string, keep: (world: CloudWorld) => Promise<void>) =>
    t.test(promise, () => keep(world));

  await run('is installed on Windows and registered with its appliance', (w) => registers(w, 'm-01'));
  await run('is installed on Linux and registered with its appliance', (w) => registers(w, 'm-02'));
  await run('is installed once, though the answer is lost', installsOnce);
  await run('waits silently for the parameter that only a person can put', waitsForParameter);
  await run(
    'that is given the configuration of another machine says so, with exit code and log',
    tellsWrongConfig,
  );
  await run('whose parameter cannot be read says so', tellsUnreadable);
  await run('whose installer fails says so, with exit code, log and what helps', tellsFailedInstall);
  await run('that is there already is found, with its version', finds);
  await run('is not looked for where Systems Manager does not reach the machine', cannotLook);
});

test('the Mobility service for a configuration server', async (t) => {
  const world = await startMobilityClouds(
    t,
    [bareMachine('m-01'), bareMachine('m-02', linux), bareMachine('m-03')],
    { azure: { vaults: [classicVault()] } },
  );
  await t.test('wants its passphrase', () => wantsPassphrase(world));
  await t.test('is installed on Windows and registered by it', () => registersByPassphrase(world, 'm-01'));
  await t.test('is installed on Linux and registered by it', () => registersByPassphrase(world, 'm-02'));
});

async function wantsPassphrase(world: CloudWorld): Promise<void> {
  const vm = machine('m-03', { mobility: 'ssm', environment: classicEnvironment });
  const failure = await world.failure((a) => a.awaitRegistrationParameter(vm));
  assert.match(failure.message, /parameter \/portage\/passphrase is not there yet/);
}

async function registersByPassphrase(world: CloudWorld, name: string): Promise<void> {
  const found = await preflight(world, machine(name, { mobility: 'ssm', environment: classicEnvironment }));
  assert.equal((await install(world, found)).agent?.registered, false);
  await putParameter(world, '/portage/passphrase', 'correct horse');
  await world.run((a) => a.awaitRegistrationParameter(found.vm));
  const key = `register ${++asked}`;
  const command = await world.run((a) =>
    a.beginAgentRegistration(found.vm, found.source, found.setting, key),
  );
  const agent = await world.run((a) => a.awaitAgentRegistration(found.vm, found.source, command));
  assert.equal(agent?.registered, true);
}

async function registers(world: CloudWorld, name: string): Promise<void> {
  const found = await preflight(world, machine(name, { mobility: 'ssm' }));
  const { vm, source, setting } = found;
  assert.equal(await look(world, found), undefined);

  const { agent: installed, wantsRestart } = await install(world, found);
  assert.deepEqual([installed?.runs, installed?.registered, wantsRestart], [true, false, false]);
  assert.match(Buffer.from(installed?.details ?? '', 'base64').toString(), /BiosId/);
  await putParameter(world, vm.agentConfigParameter, await agentConfig(world, name));
  await world.run((a) => a.awaitRegistrationParameter(vm));
  const command = await world.run((a) => a.beginAgentRegistration(vm, source, setting, 'register'));
  const agent = await world.run((a) => a.awaitAgentRegistration(vm, source, command));
  assert.match(agent?.version ?? '', /^9\.\d+\.\d+\.\d+$/);
  assert.deepEqual([agent?.runs, agent?.registered], [true, true]);
  assert.equal((await look(world, found))?.registered, true);
}

async function installsOnce(world: CloudWorld): Promise<void> {
  const found = await preflight(world, machine('m-03', { mobility: 'ssm' }));
  const sent = async () => accepted(await world.ledger('SendCommand', instanceIdOf('m-03'))).length;
  const before = await sent();
  await world.fault({ operation: 'SendCommand', drop: 'after', count: 1 });
  const lost = await world.failure((a) => a.beginAgentInstall(found.vm, found.source, 'install 1'));
  assert.equal(lost.nonRetryable, false);
  await world.run((a) => a.beginAgentInstall(found.vm, found.source, 'install 1'));
  await world.run((a) => a.beginAgentInstall(found.vm, found.source, 'install 1'));
  assert.equal(await sent(), before + 1);
  await world.run((a) => a.beginAgentInstall(found.vm, found.source, 'install 2'));
  assert.equal(await sent(), before + 2, 'another asking is another command');
}

async function waitsForParameter(world: CloudWorld): Promise<void> {
  const failure = await world.failure((a) =>
    a.awaitRegistrationParameter(machine('m-04', { mobility: 'ssm' })),
  );
  assert.deepEqual([failure.type, failure.nextRetryDelay], ['NotYet', pollIntervalMs]);
  assert.match(failure.message, /parameter \/portage\/move\/m-04\/agent-config is not there yet/);
}

async function tellsWrongConfig(world: CloudWorld): Promise<void> {
  const [own, other] = [
    await preflight(world, machine('m-04', { mobility: 'ssm' })),
    await preflight(world, machine('m-05', { mobility: 'ssm' })),
  ];
  await install(world, own);
  await install(world, other);
  await putParameter(world, own.vm.agentConfigParameter, await agentConfig(world, 'm-05'));
  const failure = await registrationFailure(world, own);
  assert.match(
    failure.message,
    /Registering the Mobility service on i-0+4 ended with exit code \d+: .*BIOS id/i,
  );
  assert.equal(detailsOf(failure).code, 'AGENT_NOT_REGISTERED');
  assert.match(detailsOf(failure).suggestion, /retry$/);
  assert.ok(!failure.message.includes('RcmProxyTransportSettings'), 'the configuration itself is never told');
}

/** The simulated installers take what Portage sends them: here a machine prints what one that refuses would. */
async function tellsFailedInstall(world: CloudWorld): Promise<void> {
  const { vm, source } = await preflight(world, machine('m-06', { mobility: 'ssm' }));
  const log = ['## log', 'Looking at the system', 'This operating system is not supported', 'exit code 42'];
  const commands = log.map((line) => `Write-Output '${line}'`);
  const { clouds } = connectedTo(new URL(world.url));
  const script = { instanceId: source.instanceId, osType: source.osType, key: 'a failed install', commands };
  const command = await world.run(() => sendScript(clouds.ssm('eu-west-1'), script));
  const failure = await world.failure((a) => a.awaitAgentInstall(vm, source, command));
  assert.deepEqual([failure.type, failure.nonRetryable], ['AgentNotInstalled', true]);
  const read = failureAsRead(failure);
  assert.match(read, /AGENT_NOT_INSTALLED/);
  assert.match(
    read,
    /Installing the Mobility service on i-0+6 ended with exit code 42: .*This operating system/,
  );
  assert.match(read, /see Microsoft’s support matrix\. Then retry/);
}

async function tellsUnreadable(world: CloudWorld): Promise<void> {
  const found = await preflight(world, machine('m-06', { mobility: 'ssm' }));
  await install(world, found);
  const failure = await registrationFailure(world, found);
  assert.match(failure.message, /ended with Failed: .*Parameter/i);
  assert.match(detailsOf(failure).suggestion, /Systems Manager’s history/);
}

async function finds(world: CloudWorld): Promise<void> {
  for (const name of ['m-07', 'm-08', 'm-10']) {
    const agent = await look(world, await preflight(world, machine(name)));
    assert.deepEqual(
      [agent?.version, agent?.runs, agent?.registered],
      ['9.62.7172.1', true, name !== 'm-10'],
      name,
    );
  }
}

async function cannotLook(world: CloudWorld): Promise<void> {
  const { vm, source } = await preflight(world, machine('m-09'));
  assert.equal(await world.run((a) => a.beginAgentLook(vm, source, 'look')), undefined);
}

async function look(world: CloudWorld, { vm, source }: Found) {
  const key = `look ${++asked}`;
  const command = await world.run((a) => a.beginAgentLook(vm, source, key));
  assert.ok(command !== undefined, 'Systems Manager does not reach it');
  return world.run((a) => a.awaitAgentLook(vm, source, command));
}

async function install(world: CloudWorld, { vm, source }: Found) {
  const command = await world.run((a) => a.beginAgentInstall(vm, source, `install ${++asked}`));
  return world.run((a) => a.awaitAgentInstall(vm, source, command));
}

async function registrationFailure(world: CloudWorld, { vm, source, setting }: Found) {
  const register = (a: Activities) => a.beginAgentRegistration(vm, source, setting, `register ${++asked}`);
  const command = await world.run(register);
  const failure = await world.failure((a) => a.awaitAgentRegistration(vm, source, command));
  assert.deepEqual([failure.type, failure.nonRetryable], ['AgentNotRegistered', true]);
  return failure;
}

let asked = 0;
