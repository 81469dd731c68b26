// Every refusal of the simulated Site Recovery, and everything that a scenario can have go wrong there, as a person reads it
// in `portage status` or `portage check`: through Portage's own code wherever that lets such a request out at all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApplicationFailure } from '@temporalio/activity';
import type { VmPlan } from '../plan/index.ts';
import { argumentsOf } from '../activities/site-recovery/items.ts';
import { providerOf } from '../activities/site-recovery/providers/providers.ts';
import { failureAsRead, findingAsRead } from './as-read.ts';
import {
  beginReplication,
  connectedTo,
  failureOf,
  instanceIdOf,
  machine,
  preflight,
  protectedMachines,
  runInAttempt,
  vaultSection,
  type CloudWorld,
  type Found,
} from './cloud-world.ts';
import { bareMachine, mobilityVault, openMachine, pushed, startMobilityClouds } from './mobility-world.ts';
import { lastLook } from './provoked.ts';

const badVolume = 'vol-0000000000000bad1';
const size = 'Standard_D4s_v5';
const wellAgent = (name: string): object => ({ ...openMachine(name), guest: { agent: {} } });

test('a refusal of Site Recovery, as a person reads it', async (t) => {
  const world = await startMobilityClouds(t, ['m-01', 'm-02', 'm-03', 'm-04'].map(wellAgent));
  const fresh = await preflight(world, machine('m-03'));

  await t.test('a discriminator in small letters', async () => {
    const failure = await failureInSmallLetters(world, fresh);
    reads(
      failure,
      /BadRequest \(InvalidParameters\)/,
      /The instance type 'inmagercm' is not supported here/,
      /Cure what the message names/,
    );
  });
  await t.test('a policy that is not there', async () => {
    const policyId = fresh.setting.policyId.replace(/[^/]+$/, 'nowhere');
    const failure = await world.failure((a) =>
      beginReplication(a, { ...fresh, setting: { ...fresh.setting, policyId } }),
    );
    reads(failure, /InvalidParameters/, /policy '.*nowhere'/, /Cure what the message names/);
  });

  const copying = await preflight(world, machine('m-04'));
  await world.run((a) => beginReplication(a, copying));
  await world.skip(60);
  await t.test('a failover before the machine is protected', async () => {
    const mark = await world.run((a) => a.markItemJobs(copying.item));
    const failure = await world.failure((a) => a.beginFailover(copying.item, mark));
    reads(
      failure,
      /NOT_ALLOWED/,
      /does not allow UnplannedFailover while the item is InitialReplication/,
      /cure it, then retry/,
    );
    reads(
      await sentFailover(world, copying),
      /OperationNotAllowedInCurrentState/,
      /Azure answered 400/,
      /Cure what/,
    );
  });
  await t.test('a commit before the failover', async () => {
    const mark = await world.run((a) => a.markItemJobs(copying.item));
    const failure = await world.failure((a) => a.beginCommit(copying.item, mark));
    reads(failure, /NOT_ALLOWED/, /does not allow Commit while the item is/, /cure it, then retry/);
    const sent = await world.failure(() =>
      world.azure.siteRecovery.replicationProtectedItems.beginFailoverCommit(...argumentsOf(copying.item)),
    );
    reads(sent, /OperationNotAllowedInCurrentState/, /Azure answered 400/, /Cure what/);
  });
  await t.test('an item’s name that is in use', async () => {
    const failure = await world.failure(async (a) => {
      const { vm, source, setting } = fresh;
      const known = await a.awaitDiscovered(vm, source, setting);
      const [named] = setting.servers;
      assert.ok(named);
      const server = { ...named, addresses: [], machines: 0, bytesPerDay: 0, complaints: [] };
      const input = providerOf(vm.environment).enableInput(vm, setting, known, server);
      const items = world.azure.siteRecovery.replicationProtectedItems;
      await items.beginCreate(...argumentsOf(copying.item), input);
    });
    reads(
      failure,
      /ProtectedItemAlreadyExists/,
      /Azure answered 409/,
      /Use the protected item that there is/,
    );
  });
  await t.test('a second failover, while the first runs and after it', async () => {
    const [found] = await protectedMachines(world, machine('m-01'));
    assert.ok(found);
    const mark = await world.run((a) => a.markItemJobs(found.item));
    await world.run((a) => a.beginFailover(found.item, mark));
    reads(
      await sentFailover(world, found),
      /AnotherOperationInProgress/,
      /Azure answered 409/,
      /Wait until the other operation/,
    );
    await world.skip(60);
    reads(
      await sentFailover(world, found),
      /OperationNotAllowedInCurrentState/,
      /Azure answered 400/,
      /Cure what/,
    );
    assert.equal(
      await world.run(async (a) => a.beginFailover(found.item, await a.markItemJobs(found.item))),
      undefined,
    );
  });
});

test('what a scenario has go wrong, as a person reads it', async (t) => {
  const world = await startMobilityClouds(
    t,
    [
      { ...openMachine('m-01'), guest: { administrators: ['somebody-else'] } },
      bareMachine('m-02'),
      { ...wellAgent('m-03'), volumes: [{ device: '/dev/sda1', sizeGiB: 30, volumeId: badVolume }] },
      wellAgent('m-04'),
      wellAgent('m-05'),
      wellAgent('m-06'),
    ],
    {
      azure: {
        quirks: {
          unsupportedVolumes: [badVolume],
          hydrationRefuses: [size],
          hydrationFails: [instanceIdOf('m-06')],
          agentsFallSilent: [{ instanceId: instanceIdOf('m-05'), afterMinutes: 600 }],
        },
        vaults: [
          mobilityVault(),
          { ...vaultSection('vault-full'), appliances: [{ name: 'appl-1', machineCount: 2, capacity: 2 }] },
          { ...vaultSection('vault-expired'), appliances: [{ name: 'appl-1', certificateDays: -1 }] },
        ],
      },
    },
  );

  const enables: readonly (readonly [string, VmPlan, RegExp, RegExp, RegExp])[] = [
    [
      'a wrong password',
      pushed('m-01'),
      /95107/,
      /credentials of the account are not valid/,
      /Correct the run-as account/,
    ],
    ['a closed port', pushed('m-02'), /95117/, /source machine cannot be reached/, /TCP 445 and 135/],
    [
      'an unsupported disk',
      machine('m-03'),
      /DiskNotSupported/,
      /vol-0000000000000bad1\) .* is not supported/,
      /Change the disk/,
    ],
  ];
  for (const [what, vm, code, wrong, toDo] of enables)
    await t.test(what, async () => {
      const found = await preflight(world, vm);
      const job = await world.run((a) => beginReplication(a, found));
      await world.skip(60);
      reads(await world.failure((a) => a.awaitJob(found.item, job ?? '')), code, wrong, toDo);
    });

  const appliances = [
    [
      'a full appliance',
      'vault-full',
      /ProcessServerCapacityExceeded: The process server .* as many machines as it can/,
    ],
    [
      'an expired certificate',
      'vault-expired',
      /CertificateExpired: The certificate of the appliance 'appl-1' has expired/,
    ],
  ] as const;
  for (const [what, vault, says] of appliances)
    await t.test(what, async () => {
      const vm = machine('m-04', { environment: { vault } });
      const { findings } = await world.run((a) => a.checkMachine(vm), lastLook);
      const read = findings.map(findingAsRead).join('\n');
      assert.match(read, /APPLIANCE_UNHEALTHY/);
      assert.match(read, says);
      assert.match(read, /Look at the appliance in the vault/);
    });

  const sized = machine('m-04', { target: { ...plainTarget, size } });
  const failovers: readonly (readonly [string, VmPlan, RegExp, RegExp, RegExp])[] = [
    [
      'a size that hydration refuses',
      sized,
      /SkuNotAvailableForHydrationVM/,
      /cannot be used for the temporary virtual machine/,
      /Choose another size/,
    ],
    [
      'a machine that hydration can’t adapt',
      machine('m-06'),
      /170010/,
      /hydration of .* failed/,
      /storvsc to boot start/,
    ],
  ];
  for (const [what, vm, code, wrong, toDo] of failovers)
    await t.test(what, async () => {
      const [found] = await protectedMachines(world, vm);
      assert.ok(found);
      const mark = await world.run((a) => a.markItemJobs(found.item));
      const job = await world.run((a) => a.beginFailover(found.item, mark));
      await world.skip(60);
      reads(await world.failure((a) => a.awaitJob(found.item, job ?? '')), code, wrong, toDo);
    });

  await t.test('an agent that stops its heartbeat', async () => {
    const found = await preflight(world, machine('m-05'));
    await world.run((a) => beginReplication(a, found));
    await world.skip(900);
    const failure = await world.failure((a) => a.checkBeforeStop(found.vm, found.item, true), { attempt: 3 });
    reads(
      failure,
      /NOT_READY_FOR_FAILOVER/,
      /its replication health is Critical/,
      /The source was not touched/,
    );
  });
});

const plainTarget = {
  resourceGroup: 'rg-target',
  network: 'rg-network/vnet-prod',
  subnet: 'servers',
  diskType: 'Premium_LRS',
};

/** Its code, what is wrong, and what to do: each in what is printed. */
function reads(failure: ApplicationFailure, ...says: readonly RegExp[]): void {
  const read = failureAsRead(failure);
  for (const each of says) assert.match(read, each);
}

/** As Portage never sends it: without a look before. */
function sentFailover(world: CloudWorld, { item, vm }: Found): Promise<ApplicationFailure> {
  const input = providerOf(vm.environment).failoverInput();
  const items = world.azure.siteRecovery.replicationProtectedItems;
  return world.failure(() => items.beginUnplannedFailover(...argumentsOf(item), input));
}

/** What Portage asks for to enable replication, its discriminator changed on the way. */
async function failureInSmallLetters({ url }: CloudWorld, found: Found): Promise<ApplicationFailure> {
  const { clouds, activities } = connectedTo(new URL(url));
  clouds.azure(found.vm.environment.subscriptionId).siteRecovery.pipeline.addPolicy({
    name: 'small-letters',
    sendRequest: (request, next) => {
      if (typeof request.body === 'string') request.body = request.body.replace('"InMageRcm"', '"inmagercm"');
      return next(request);
    },
  });
  return failureOf(runInAttempt(() => beginReplication(activities, found)));
}
