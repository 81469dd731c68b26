import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceIdOf, machine, privateIpOf, startClouds, vaultSection } from './cloud-world.ts';
import { assertProvoked, weighing, type Provoked } from './provoked.ts';

const vpcId = 'vpc-00000000000000001';
const elsewhere = 'vpc-00000000000000002';
const [subnetId, walled, closed, far] = [
  'subnet-00000000000000001',
  'subnet-0000000000000000a',
  'subnet-0000000000000000b',
  'subnet-00000000000000002',
];
const group = (groupId: string, more: object) => ({ groupId, name: groupId, vpcId, ...more });

/** Two servers, one of which lets nobody in; machines with closed ways out and in. */
const aws = {
  vpcs: [
    { vpcId, cidr: '10.0.0.0/16' },
    { vpcId: elsewhere, cidr: '10.7.0.0/16' },
  ],
  subnets: [
    { vpcId, subnetId, cidr: '10.0.1.0/24' },
    { vpcId, subnetId: walled, cidr: '10.0.2.0/24' },
    { vpcId, subnetId: closed, cidr: '10.0.3.0/24' },
    { vpcId: elsewhere, subnetId: far, cidr: '10.7.1.0/24' },
  ],
  securityGroups: [
    group('sg-open', { ingress: [{ ports: 'all', protocol: 'all', cidr: '10.0.0.0/16' }] }),
    group('sg-shut', {}),
    group('sg-no-way-out', { egress: [{ ports: 443, cidr: '10.0.0.0/16' }] }),
  ],
  networkAcls: [
    {
      networkAclId: 'acl-walled',
      vpcId,
      subnetIds: [walled],
      ingress: [{ number: 100, protocol: 'all' }],
      egress: [{ number: 100, ports: 443 }],
    },
    {
      networkAclId: 'acl-closed',
      vpcId,
      subnetIds: [closed],
      ingress: [
        { number: 90, action: 'deny', ports: 445 },
        { number: 100, protocol: 'all' },
      ],
      egress: [{ number: 100, protocol: 'all' }],
    },
  ],
};
const instances = [
  { name: 'm-91', subnetId, privateIp: '10.0.1.191', securityGroups: ['sg-open'] },
  { name: 'm-92', subnetId, privateIp: '10.0.1.192', securityGroups: ['sg-shut'] },
  { name: 'm-93', subnetId, privateIp: '10.0.1.193', securityGroups: ['sg-no-way-out'] },
  { name: 'm-94', subnetId: walled, privateIp: '10.0.2.94', securityGroups: ['sg-shut'] },
  { name: 'm-95', subnetId: closed, privateIp: '10.0.3.95', securityGroups: ['sg-shut'] },
  { name: 'm-96', vpcId: elsewhere, subnetId: far, privateIp: '10.7.1.96' },
].map((one) => ({ type: 't3.large', instanceId: instanceIdOf(one.name), vpcId, ...one }));

const [open, shut, apart] = ['m-91', 'm-92', 'm-96'].map((name) => ({
  ...{ name: 'appl-1', instanceId: instanceIdOf(name) },
}));
const pair = {
  ...vaultSection('vault-pair'),
  appliances: [{ name: 'appl-1' }, { name: 'appl-2', id: '11111111-0000-4000-8000-000000000002' }],
};
const behind = (servers: readonly unknown[], name: string, more: object = {}) =>
  machine(name, { environment: { appliances: servers, account: 'migrate-admin' }, ...more });

const provoked: readonly Provoked[] = [
  ['PATH_UNKNOWN', 'info', machine('m-01'), /side of appl-1 was not looked at/],
  [
    'PATH_BLOCKED',
    'blocker',
    behind([shut], 'm-01'),
    /security groups sg-shut .* TCP 443 in from 10\.0\.1\.101/,
  ],
  [
    'PATH_BLOCKED',
    'blocker',
    behind([open], 'm-93'),
    /security groups sg-no-way-out .* TCP 9443 out to 10\.0\.1\.191/,
  ],
  [
    'PATH_BLOCKED',
    'warning',
    machine('m-01', {
      environment: { vault: 'vault-pair', appliances: [open, { ...shut, name: 'appl-2' }] },
    }),
    /security groups sg-shut .* TCP 443 in from 10\.0\.1\.101/,
  ],
  ['PATH_BLOCKED', 'blocker', behind([apart], 'm-01'), /^Route table rtb-\S+ of subnet-\S+ .*/],
  ['PATH_BLOCKED', 'blocker', behind([open], 'm-94'), /acl-walled .*9443/],
  ['PATH_BLOCKED', 'blocker', behind([open], 'm-95', { mobility: 'push' }), /acl-closed .*445/],
];

test('preflight of the way between a machine and its servers', async (t) => {
  const world = await startClouds(t, { machines: 1, instances, aws, vaults: [pair] });
  const codesOf = async (vm: ReturnType<typeof machine>) =>
    weighing((await world.run((a) => a.checkMachine(vm))).findings);

  await assertProvoked(t, world, provoked);

  await t.test(
    'says nothing of a way that is open, nor of what Portage itself opens for a push',
    async () => {
      assert.equal(privateIpOf('m-01'), '10.0.1.101');
      assert.deepEqual(await codesOf(behind([open], 'm-92')), []);
      assert.deepEqual(await codesOf(behind([open], 'm-92', { mobility: 'push' })), []);
    },
  );
});
