import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan, type Finding } from '../activities/index.ts';
import { checkTogether } from '../activities/preflight/whole-plan.ts';
import { connectedTo, instanceIdOf, planOf, privateIpOf, startClouds } from './cloud-world.ts';

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
    const found = await together(given);
    const finding = found.find((one) => one.code === code && text.test(one.message));
    assert.ok(finding, JSON.stringify(found));
    assert.equal(finding.severity, 'blocker');
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
    says(planOf(numbered(252, {})), 'SUBNET_FULL', /has 251 free addresses; the plan brings 252 machines$/),
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

  await t.test('TOO_MANY_DISKS', () => {
    const seen = ['m-01', 'm-02'].map((vm) => ({ vm, instanceId: instanceIdOf(vm), disks: 1_501 }));
    const [finding] = checkTogether(planOf(own), seen);
    assert.equal(finding?.code, 'TOO_MANY_DISKS');
    assert.match(finding.message, /have 3002 disks; a subscription protects 3000/);
  });

  await t.test('a blocker that the plan accepts is a warning, and recorded', async () => {
    const given = planOf(numbered(201, {}), { accept: ['SERVERS_TOO_FEW'] });
    const finding = (await together(given)).find(({ code }) => code === 'SERVERS_TOO_FEW');
    assert.deepEqual([finding?.severity, finding?.accepted], ['warning', true]);
  });
});

test('AWS_PERMISSION_MISSING: a server that is to be deployed may not be launched', async (t) => {
  const world = await startClouds(t, { aws: { deny: ['ec2:RunInstances'] } });
  const { clouds } = connectedTo(new URL(world.url));
  const together = async (appliances: readonly object[]) => {
    const given = planOf([{ name: 'm-01', instanceId: instanceIdOf('m-01') }], {
      environments: [{ ...environment, appliances }],
    });
    const found = await world.run(() => checkPlan({ clouds, patienceMs: 1_000 }, given));
    return found.filter(({ machine }) => machine === '');
  };
  const [finding, ...others] = await together([
    { name: 'appl-2', deploy },
    { name: 'appl-3', deploy },
  ]);
  assert.equal(finding?.code, 'AWS_PERMISSION_MISSING');
  assert.equal(finding.message, 'AWS does not allow the worker ec2:RunInstances');
  assert.deepEqual([finding.severity, others], ['blocker', []]);
  assert.deepEqual(
    await together([{ name: 'appl-1', deploy }]),
    [],
    'one that is registered is not launched',
  );
});

const environment = {
  name: 'weu',
  subscriptionId: '11111111-2222-3333-4444-555555555555',
  resourceGroup: 'rg-migration',
  location: 'westeurope',
  vault: 'vault-weu',
  cacheStorageAccount: 'stcacheweu',
  policy: { name: 'portage-24h' },
};
const deploy = {
  instanceType: 'm5.2xlarge',
  subnetId: 'subnet-00000000000000001',
  securityGroupId: 'sg-00000000000000001',
  instanceProfile: 'portage-appliance',
};
