import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  detailsOf,
  instanceIdOf,
  machine,
  protectedMachines,
  startClouds,
  type CloudWorld,
  type Found,
} from './cloud-world.ts';

test('a volume that was attached after replication was enabled is named before the source is touched', async (t) => {
  const world = await startClouds(t);
  const [found] = await protectedMachines(world, machine('m-01'));
  assert.ok(found);
  await world.run((a) => a.checkBeforeStop(found.vm, found.item, true));
  const attach = { action: 'attach-volume', instanceId: instanceIdOf('m-01'), type: 'gp3', encrypted: false };
  await world.person({ ...attach, device: 'xvdc', sizeGiB: 10 });
  await world.skip(2);
  const said = await refusal(world, found);
  assert.match(said, /xvdc \(vol-\w+, 10 GiB\) is attached to the source and is not replicated/);
  assert.doesNotMatch(said, /xvdb|sda1/);
});

test('quota for the VM and for the one that hydrates its disks is there before the source is touched', async (t) => {
  const target = { size: 'Standard_D4s_v5' };
  const world = await startClouds(t, { machines: 2, azure: { vcpuQuota: 9 } });
  const [found, small] = await protectedMachines(
    world,
    machine('m-01', { target }),
    machine('m-02', { target: { size: 'Standard_D2s_v5' } }),
  );
  assert.ok(found && small);
  await world.run((a) => a.checkBeforeStop(found.vm, found.item, true));
  await world.run(async (a) => a.beginFailover(small.item, await a.markItemJobs(small.item)));
  await world.skip(60);
  assert.match(await refusal(world, found), /is 9, 2 are used, and its VM with one hydration VM needs 8$/);
});

test('the quota of a size’s family counts as well', async (t) => {
  const world = await startClouds(t, { azure: { familyQuotas: { standardDSv5Family: 2 } } });
  const [found] = await protectedMachines(world, machine('m-01', { target: { size: 'Standard_D4s_v5' } }));
  assert.ok(found);
  assert.match(await refusal(world, found), /DSv5.* is 2, 0 are used, and its VM needs 4$/);
});

async function refusal(world: CloudWorld, { vm, item }: Found): Promise<string> {
  const failure = await world.failure((a) => a.checkBeforeStop(vm, item, true), { attempt: 3 });
  assert.equal(failure.type, 'NotReadyForFailover');
  assert.match(detailsOf(failure).suggestion, /The source was not touched/);
  return failure.message;
}
