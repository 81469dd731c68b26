import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingMachines, type MissingMachines } from '../activities/environment/missing-machines.ts';
import type { AwaitedMachine, EnvironmentRequest } from '../activities/environment/request.ts';
import type { VmPlan } from '../plan/index.ts';
import { machinesToAdd } from '../workflows/machines-to-add.ts';
import { machine, runInAttempt, type CloudWorld } from './cloud-world.ts';
import {
  bareMachine,
  classicEnvironment,
  classicVault,
  lookAt,
  putParameter,
  startMobilityClouds,
} from './mobility-world.ts';

test('what a person has to put for agents that Systems Manager installs', async (t) => {
  await t.test('a file for each machine, whose appliance knows its address already', async (inner) => {
    const world = await startMobilityClouds(inner, [bareMachine('m-01'), bareMachine('m-02')]);
    const vms = ['m-01', 'm-02'].map((name) => machine(name, { mobility: 'ssm' }));
    const before = await look(world, vms, []);
    assert.deepEqual(
      [before.plans, before.toConfigure],
      [{ move: 'may-ask' }, []],
      'their agents may be well',
    );

    const asked = await look(world, vms, ['m-02']);
    assert.equal(asked.plans.move, 'asks');
    assert.match(
      told(vms, asked, new Map([['move/m-02', 'eyJ']])),
      /^In the Appliance configuration manager, .*:\nmove\/m-02 \(10\.0\.1\.102\): eyJ\naws ssm .* --name \/portage\/move\/m-02\/agent-config --value file:\/\/move-m-02\.json\n/,
    );
    await putParameter(world, '/portage/move/m-01/agent-config', '{}');
    await putParameter(world, '/portage/move/m-02/agent-config', '{}');
    assert.deepEqual((await look(world, vms, ['m-02'])).plans, { move: 'served' });
  });

  await t.test('one passphrase for all machines of a configuration server', async (inner) => {
    const azure = { vaults: [classicVault()] };
    const world = await startMobilityClouds(inner, [bareMachine('m-01'), bareMachine('m-02')], { azure });
    const vms = ['m-01', 'm-02'].map((name) =>
      machine(name, { mobility: 'ssm', environment: classicEnvironment }),
    );
    const asked = await look(world, vms, ['m-01', 'm-02']);
    assert.match(
      told(vms, asked),
      /^On the configuration server, .* genpassphrase\.exe -v .*:\nmove\/m-01 \(10\.0\.1\.101\)\nmove\/m-02 \(10\.0\.1\.102\)\naws ssm .* --name \/portage\/passphrase --value file:\/\/MobSvc\.passphrase\nPortage/,
    );
    await putParameter(world, '/portage/passphrase', 'correct horse');
    assert.deepEqual((await look(world, vms, ['m-01', 'm-02'])).plans, { move: 'served' });
  });
});

/** @param unregistered names of those whose agent is there and not registered. */
function look(world: CloudWorld, vms: readonly VmPlan[], unregistered: readonly string[]) {
  return runInAttempt(() => missingMachines(lookAt(world).clouds, [requestOf(vms, unregistered)]));
}

function told(vms: readonly VmPlan[], missing: MissingMachines, details = new Map<string, string>()): string {
  return machinesToAdd(requestOf(vms, []), missing, details).suggestion;
}

function requestOf(vms: readonly VmPlan[], unregistered: readonly string[]): EnvironmentRequest {
  const [first] = vms;
  assert.ok(first);
  return {
    plan: first.plan,
    environment: first.environment,
    targets: { resourceGroupIds: [] },
    machines: vms.map((vm) => awaited(vm, unregistered.includes(vm.name))),
    accept: [],
  };
}

function awaited(vm: VmPlan, wantsRegistration: boolean): AwaitedMachine {
  const { name, source, locate, mobility, agentConfigParameter } = vm;
  return { vm: name, region: source.region, locate, mobility, agentConfigParameter, wantsRegistration };
}
