import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan, type Finding } from '../activities/index.ts';
import {
  beginReplication,
  connectedTo,
  instanceIdOf,
  machine,
  planFile,
  planOf,
  preflight,
  privateIpOf,
  startClouds,
  usualEnvironment,
  vaultSection,
} from './cloud-world.ts';
import { assertRead } from './provoked.ts';

const numbered = (count: number, own: object) =>
  Array.from({ length: count }, (_, at) => ({ name: `x-${at}`, privateIp: `10.77.0.${at}`, ...own }));

test('what speaks against the machines of a plan together', async (t) => {
  const world = await startClouds(t, {
    machines: 2,
    azure: { vcpuQuota: 20, familyQuotas: { standardDSv5Family: 8 } },
  });
  const { clouds } = connectedTo(new URL(world.url));
  const together = async (given: ReturnType<typeof planOf>): Promise<readonly Finding[]> => {
    const found = await world.run(() => checkPlan({ clouds, patienceMs: 1_000 }, given));
    return found.filter(({ machine }) => machine === '');
  };
  const says = async (given: ReturnType<typeof planOf>, code: string, text: RegExp) => {
    assertRead(await together(given), code, 'blocker', text);
  };
  const own = [
    { name: 'm-01', instanceId: instanceIdOf('m-01') },
    { name: 'm-02', instanceId: instanceIdOf('m-02') },
  ];

  await t.test('nothing, where two small machines move', async () => {
    assert.deepEqual(await together(planOf(own)), []);
  });

  await t.test('VCPU_QUOTA: all VMs at once, and hydration besides', () =>
    says(
      planOf(own.map((vm) => ({ ...vm, target: { size: 'Standard_E8ds_v5' } }))),
      'VCPU_QUOTA',
      /allows 20 vCPUs of .*, and 2 VMs with 2 hydration VMs \(4 vCPUs each\) at once need 24$/,
    ),
  );

  await t.test('VCPU_QUOTA: that of the family', () =>
    says(
      planOf([{ ...own[0], target: { size: 'Standard_D16s_v5' } }]),
      'VCPU_QUOTA',
      /allows 8 vCPUs of .*, and 1 VMs of the plan need 16$/,
    ),
  );

  await t.test('SUBNET_FULL', () =>
    says(
      planOf(numbered(252, {})),
      'SUBNET_FULL',
      /has 251 free addresses; the plan brings 252 machines with 252 interfaces$/,
    ),
  );

  await t.test('SERVERS_TOO_FEW', () =>
    says(planOf(numbered(201, {})), 'SERVERS_TOO_FEW', /201 machines go through 1 server of environment weu/),
  );

  await t.test('SAME_INSTANCE: named once by id and once by address', () =>
    says(
      planOf([
        own[0] ?? {},
        { name: 'again', privateIp: privateIpOf('m-01'), vpcId: 'vpc-00000000000000001' },
      ]),
      'SAME_INSTANCE',
      /^m-01 and again are one instance, i-\d+1$/,
    ),
  );

  await t.test('a blocker that the plan accepts is a warning, and recorded', async () => {
    const given = planOf(numbered(201, {}), { accept: ['SERVERS_TOO_FEW'] });
    const finding = assertRead(await together(given), 'SERVERS_TOO_FEW', 'warning', /^201 machines/);
    assert.equal(finding.accepted, true);
  });
});

test('what is not there yet and is made before the machines start is no more than a remark', async (t) => {
  const world = await startClouds(t);
  const { clouds } = connectedTo(new URL(world.url));
  const says = async (own: object, text: RegExp) => {
    const plan = planOf([{ name: 'm-01', instanceId: instanceIdOf('m-01') }], {
      environments: [{ ...usualEnvironment, ...own }],
    });
    const found = await world.run(() => checkPlan({ clouds, patienceMs: 1_000 }, plan));
    assertRead(found, 'TO_BE_CREATED', 'info', text);
    assert.ok(!found.some(({ severity }) => severity === 'blocker'), JSON.stringify(found));
  };
  await t.test('a vault', () =>
    says({ vault: 'vault-new' }, /vault-new does not exist in rg-migration: Portage creates it$/),
  );
  await t.test('a server', () =>
    says({ appliances: [{ name: 'appl-2', deploy }] }, /has no appliance appl-2; .*: Portage launches it$/),
  );
  await t.test('a policy', () =>
    says({ policy: { name: 'other' } }, /Policy other is not associated .*: Portage does that$/),
  );
});

test('what the clouds are full of already counts, in a plan that runs as well', async (t) => {
  const vpcId = 'vpc-00000000000000001';
  const volumes = Array.from({ length: 60 }, (_, at) => ({ device: `xvd${at}`, sizeGiB: 1 }));
  const large = Array.from({ length: 50 }, (_, at) => ({ name: `d-${at}`, privateIp: `10.0.2.${at + 1}` }));
  const server = { name: 'server', instanceId: instanceIdOf('x-90'), type: 'm5.2xlarge', vpcId };
  const appliances = [{ name: 'appl-1', machineCount: 150 }];
  const world = await startClouds(t, {
    machines: 2,
    instances: [
      ...large.map((one) => ({ ...one, type: 't3.large', vpcId, volumes })),
      { name: 'm-03', vpcId, privateIp: privateIpOf('m-03'), interfaces: ['10.0.1.201', '10.0.1.202'] },
      server,
    ].map((one, at) => ({ type: 't3.large', instanceId: `i-1${String(at).padStart(16, '0')}`, ...one })),
    azure: {
      vcpuQuota: 5_000,
      vaults: [vaultSection('vault-weu'), { ...vaultSection('vault-busy'), appliances }],
    },
  });
  const looked = (vms: readonly object[], more: object = {}) =>
    world.run((a) => a.checkWholePlan(planFile(vms, more)));
  const busy = (own: object = {}) => ({
    environments: [{ ...usualEnvironment, vault: 'vault-busy', appliances: [{ name: 'appl-1', ...own }] }],
  });
  const taken = await preflight(world, machine('m-01', { plan: 'move' }));
  await world.prepare((a) => beginReplication(a, taken));
  await world.skip(30);

  await t.test('SERVERS_TOO_FEW: beside those that the server replicates already', async () => {
    const says = /^51 machines go through 1 server of .* the 150 that it replicates already; .* carries 200$/;
    assertRead(await looked(numbered(51, {}), busy()), 'SERVERS_TOO_FEW', 'blocker', says);
    assert.deepEqual(await looked(numbered(50, {}), busy()), []);
  });

  await t.test('SERVER_SMALL: where EC2 tells its size, and it would be busy', async () => {
    const instanceId = instanceIdOf('x-90');
    const says = /^appl-1 is a m5\.2xlarge \(8 vCPUs, 32 GiB\) and would replicate about 152 machines/;
    assertRead(await looked(numbered(2, {}), busy({ instanceId })), 'SERVER_SMALL', 'warning', says);
    const idle = [{ ...usualEnvironment, appliances: [{ name: 'appl-1', instanceId }] }];
    assert.deepEqual(await looked(numbered(2, {}), { environments: idle }), []);
  });

  await t.test('TOO_MANY_DISKS: beside what somebody else protects in the vault', async () => {
    const says = /^The machines have 3000 disks, and its vaults protect 1 more machines, .* protects 3000$/;
    assertRead(await looked(large), 'TOO_MANY_DISKS', 'blocker', says);
    const own = { name: 'm-01', instanceId: instanceIdOf('m-01') };
    const ended = /^The machines have 3002 disks; a subscription protects 3000$/;
    assertRead(await looked([...large, own]), 'TOO_MANY_DISKS', 'blocker', ended);
  });

  await t.test('SAME_INSTANCE', async () => {
    const again = { name: 'again', privateIp: privateIpOf('m-02'), vpcId };
    const found = await looked([{ name: 'm-02', instanceId: instanceIdOf('m-02') }, again]);
    assertRead(found, 'SAME_INSTANCE', 'blocker', /^m-02 and again are one instance/);
  });

  await t.test('SUBNET_FULL: an address for each interface that goes along', async () => {
    const connected = { name: 'm-03', privateIp: privateIpOf('m-03') };
    const says = /^Subnet servers of vnet-prod has 251 .* brings 250 machines with 252 interfaces$/;
    const two = [{ name: 'appl-1' }, { name: 'appl-2' }];
    const roomy = { environments: [{ ...usualEnvironment, appliances: two }] };
    assertRead(await looked([...numbered(249, {}), connected], roomy), 'SUBNET_FULL', 'blocker', says);
    const named = { ...connected, target: { interfaces: [connected.privateIp] } };
    assert.deepEqual(await looked([...numbered(249, {}), named], roomy), []);
  });

  await t.test('by lists: pages, not machines', async () => {
    const asked = async (count: number) => {
      const before = (await world.ledger()).length;
      await looked(numbered(count, {}));
      return (await world.ledger()).length - before;
    };
    assert.equal((await asked(250)) - (await asked(2)), 1);
  });
});

test('AWS_PERMISSION_MISSING: a server that is to be deployed may not be launched', async (t) => {
  const world = await startClouds(t, { aws: { deny: ['ec2:RunInstances'] } });
  const { clouds } = connectedTo(new URL(world.url));
  const together = async (appliances: readonly object[]) => {
    const given = planOf([{ name: 'm-01', instanceId: instanceIdOf('m-01') }], {
      environments: [{ ...usualEnvironment, appliances }],
    });
    const found = await world.run(() => checkPlan({ clouds, patienceMs: 1_000 }, given));
    return found.filter(({ machine }) => machine === '');
  };
  const found = await together([
    { name: 'appl-2', deploy },
    { name: 'appl-3', deploy },
  ]);
  assert.equal(found.length, 1);
  assertRead(found, 'AWS_PERMISSION_MISSING', 'blocker', /^AWS does not allow the worker ec2:RunInstances$/);
  assert.deepEqual(
    await together([{ name: 'appl-1', deploy }]),
    [],
    'one that is registered is not launched',
  );
});

const deploy = {
  instanceType: 'm5.2xlarge',
  subnetId: 'subnet-00000000000000001',
  securityGroupId: 'sg-00000000000000001',
  instanceProfile: 'portage-appliance',
};
