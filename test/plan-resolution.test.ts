import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { z } from 'zod';
import { parsePlan, resolvePlan, type ResolvedPlan, type VmPlan } from '../plan/index.ts';
import { loadText, planWith } from './plans/sound-plan.ts';

const armId = z
  .string()
  .regex(/^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/]+(?:\/providers\/[^/]+\/[^/]+\/[^/]+)?$/);

const server = z.strictObject({
  name: z.string().min(1),
  region: z.string().min(1),
  instanceId: z.string().optional(),
  deploy: z
    .strictObject({
      instanceType: z.string().min(1),
      subnetId: z.string().startsWith('subnet-'),
      securityGroupId: z.string().startsWith('sg-'),
      instanceProfile: z.string().min(1),
      registrationParameter: z.string().optional(),
    })
    .optional(),
  passphraseParameter: z.string().optional(),
});

const agentProbe = z.strictObject({ kind: z.literal('agent'), from: z.literal('arm') });
const asker = z.union([
  z.literal('guest'),
  z.strictObject({ vm: z.string().regex(/^\/subscriptions\/.*\/virtualMachines\/jump-01$/) }),
]);

/** What every resolved machine looks like, written down a second time. */
const quiesceAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ssm'), command: z.string().min(1) }),
  z.strictObject({ kind: z.literal('webhook'), url: z.unknown() }),
]);
const vmPlan = z.strictObject({
  plan: z.string().min(1),
  group: z.string().min(1),
  name: z.string().min(1),
  source: z.strictObject({ region: z.string().min(1) }),
  locate: z
    .strictObject({
      instanceId: z.string().optional(),
      privateIp: z.string().optional(),
      vpcId: z.string().optional(),
    })
    .refine(({ instanceId, privateIp }) => instanceId !== undefined || privateIp !== undefined),
  environment: z.strictObject({
    name: z.string().min(1),
    provider: z.enum(['modernized', 'classic']),
    subscriptionId: z.guid(),
    resourceGroup: z.string().min(1),
    location: z.string().min(1),
    vault: z.string().min(1),
    servers: z.array(server).min(1),
    account: z.string().min(1).optional(),
    cacheStorageAccountId: armId,
    policy: z.strictObject({
      name: z.string().min(1),
      recoveryPointHours: z.int().optional(),
      crashConsistentMinutes: z.int().optional(),
      appConsistentMinutes: z.int().optional(),
    }),
    create: z.boolean(),
    networks: z.array(
      z.strictObject({
        id: armId,
        addressSpace: z.string().min(1),
        subnets: z.array(z.strictObject({ name: z.string().min(1), prefix: z.string().min(1) })).min(1),
      }),
    ),
  }),
  target: z.strictObject({
    resourceGroupId: armId,
    vmName: z.string().regex(/^[a-z0-9][a-z0-9-]*$/i),
    networkId: armId,
    subnetName: z.string().min(1),
    testNetworkId: armId.optional(),
    testSubnetName: z.string().min(1).optional(),
    diskType: z.string().min(1),
    size: z.string().min(1).optional(),
    nextSizes: z.array(z.string().min(1)),
    privateIp: z.ipv4().optional(),
    testPrivateIp: z.ipv4().optional(),
    interfaces: z.array(z.ipv4()).min(1).optional(),
    tags: z.record(z.string(), z.string()),
    networkSecurityGroupId: armId.optional(),
    licence: z.strictObject({ type: z.string().min(1), confirmedBy: z.string().min(1) }).optional(),
  }),
  engine: z.enum(['portage', 'site-recovery']),
  mobility: z.enum(['ssm', 'push', 'preinstalled']),
  agentConfigParameter: z.string().startsWith('/'),
  testFailover: z.enum(['required', 'optional', 'never']),
  testStayHours: z.number(),
  cutover: z.enum(['manual', 'automatic']),
  quiesce: z
    .strictObject({
      stop: quiesceAction,
      start: quiesceAction,
      withinMinutes: z.number(),
      otherwise: z.enum(['ask', 'go-on', 'turn-back']),
    })
    .optional(),
  recoveryPoint: z.enum(['latest', 'latest-processed', 'app-consistent']),
  before: z.array(z.unknown()),
  after: z.array(z.unknown()),
  adapt: z.strictObject({ skip: z.array(z.string()), run: z.array(z.unknown()) }),
  validation: z
    .array(
      z.discriminatedUnion('kind', [
        agentProbe,
        z.strictObject({ kind: z.literal('tcp'), port: z.int(), from: asker }),
      ]),
    )
    .min(1),
  afterCommit: z.enum(['keep', 'snapshot', 'terminate']),
  watchDays: z.number(),
  accept: z.array(z.string()),
});

const subscriptionId = '11111111-2222-3333-4444-555555555555';
const codes = fc.uniqueArray(
  fc.constantFrom('LINUX_NVME', 'KERNEL_UNLISTED', 'SPOT_INSTANCE', 'STOP_PROTECTED'),
);
const network = fc.constantFrom(
  'vnet-prod',
  'rg-network/vnet-prod',
  `/subscriptions/${subscriptionId}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-1`,
);
const targetSettings = {
  resourceGroup: fc.constantFrom('rg-a', 'rg-b', `/subscriptions/${subscriptionId}/resourceGroups/rg-c`),
  network,
  subnet: fc.constantFrom('servers', 'data'),
  testNetwork: network,
  diskType: fc.constantFrom('Standard_LRS', 'StandardSSD_LRS', 'Premium_LRS'),
  size: fc.constantFrom('Standard_D2s_v5', ['Standard_E4ds_v5', 'Standard_E4s_v5']),
  tags: fc.constantFrom({ owner: 'payroll' }, {}),
  networkSecurityGroup: fc.constantFrom('nsg-servers', 'rg-network/nsg-servers'),
  licence: fc.constant({ type: 'WindowsServer', confirmedBy: 'Ada Byron' }),
};
const settings = {
  environment: fc.constantFrom('weu', 'neu'),
  target: fc.record(targetSettings, { requiredKeys: [] }),
  mobility: fc.constantFrom('ssm', 'push', 'preinstalled'),
  agentConfig: fc.constant({ parameter: '/payroll/agent' }),
  testFailover: fc.constantFrom('optional', 'never'),
  testStayHours: fc.constantFrom(2, 24),
  cutover: fc.constantFrom('manual', 'automatic'),
  validation: fc.constantFrom(
    [{ agent: 'ready' }],
    [{ agent: 'ready', from: 'arm' }, { tcp: 443 }],
    [
      { tcp: 443, from: 'vm:rg-tools/jump-01' },
      { tcp: 22, from: 'guest' },
    ],
  ),
  afterCommit: fc.constantFrom('keep', 'snapshot', 'terminate'),
  watchDays: fc.constantFrom(0, 14),
  accept: codes,
};
const source = fc.record({ region: fc.constantFrom('eu-west-1', 'us-gov-west-1') });
const level = fc.record({ ...settings, source }, { requiredKeys: [] });

const environment = (name: string) =>
  fc.record(
    {
      name: fc.constant(name),
      subscriptionId: fc.constant(subscriptionId),
      resourceGroup: fc.constant(`rg-${name}`),
      location: fc.constant('westeurope'),
      vault: fc.constant(`vault-${name}`),
      account: fc.constant('migrate-admin'),
      create: fc.boolean(),
      cacheStorageAccount: fc.constant('stcache'),
      policy: fc.record(
        { name: fc.constant('p'), recoveryPointHours: fc.integer({ min: 0, max: 72 }) },
        { requiredKeys: ['name'] },
      ),
    },
    {
      requiredKeys: [
        'name',
        'subscriptionId',
        'resourceGroup',
        'location',
        'vault',
        'account',
        'cacheStorageAccount',
        'policy',
      ],
    },
  );

const servers = fc.constantFrom(
  {
    provider: 'modernized',
    appliances: [
      { name: 'appl-1' },
      { name: 'appl-2', instanceId: 'i-0000000000000a991', region: 'eu-west-1' },
    ],
  },
  {
    provider: 'classic',
    configurationServer: {
      name: 'cs-1',
      region: 'eu-west-1',
      passphrase: { parameter: '/payroll/passphrase' },
      deploy: {
        instanceType: 'm5.2xlarge',
        subnetId: 'subnet-0a1b2c3d4e5f60001',
        securityGroupId: 'sg-0a1b2c3d4e5f60001',
        instanceProfile: 'portage-server',
        registration: { parameter: '/payroll/registration' },
      },
    },
  },
);
const anyEnvironment = (name: string) =>
  fc.tuple(environment(name), servers).map(([rest, theirs]) => ({ ...rest, ...theirs }));

const limits = fc.record(
  {
    inFlight: fc.integer({ min: 1, max: 500 }),
    initialReplications: fc.integer({ min: 1, max: 500 }),
    failures: fc.oneof(
      fc.nat(20),
      fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
    ),
  },
  { requiredKeys: [] },
);

/** A valid plan, as a file could say it: what is required stands in `defaults`, everything else anywhere or nowhere. */
const validPlan = fc
  .record({
    defaults: fc.record(settings, { requiredKeys: [] }),
    accept: codes,
    limits,
    environments: fc.tuple(anyEnvironment('weu'), anyEnvironment('neu')),
    groups: fc.array(fc.record({ level, machines: fc.array(level, { minLength: 1, maxLength: 4 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  .map(({ defaults, accept, limits, environments, groups }) => ({
    version: 1,
    name: 'random',
    source: { region: 'eu-central-1' },
    environments,
    defaults: {
      environment: 'weu',
      ...defaults,
      target: { resourceGroup: 'rg-x', network: 'vnet-x', subnet: 'subnet-x', ...defaults.target },
    },
    accept,
    limits,
    groups: groups.map((group, index) => ({
      name: `group-${index}`,
      ...group.level,
      vms: group.machines.map((machine, position) => ({
        name: `vm-${index}-${position}`,
        privateIp: `10.0.${index}.${position}`,
        ...machine,
      })),
    })),
  }));

const resolve = (value: unknown) => resolvePlan(parsePlan(value));
const machinesOf = ({ groups }: ResolvedPlan): readonly VmPlan[] =>
  groups.flatMap(({ machines }) => machines);

test('what a machine says of itself always wins', () => {
  fc.assert(
    fc.property(validPlan, (plan) => {
      const resolved = new Map(machinesOf(resolve(plan)).map((machine) => [machine.name, machine]));
      for (const said of plan.groups.flatMap(({ vms }) => vms)) {
        const machine = resolved.get(said.name);
        assert(machine !== undefined);
        const { target = {} } = said;
        const pairs = [
          [said.environment, machine.environment.name],
          [said.source?.region, machine.source.region],
          [said.cutover, machine.cutover],
          [said.afterCommit, machine.afterCommit],
          [target.subnet, machine.target.subnetName],
          [target.diskType, machine.target.diskType],
          [[target.size].flat()[0], machine.target.size],
          [lastName(target.resourceGroup), lastName(machine.target.resourceGroupId)],
          [lastName(target.network), lastName(machine.target.networkId)],
          [lastName(target.testNetwork), lastName(machine.target.testNetworkId)],
        ];
        for (const [own, result] of pairs) if (own !== undefined) assert.equal(result, own);
      }
    }),
  );
});

const lastName = (id: string | undefined) => id?.replace(/^.*\//, '');

test('accepted findings add up from plan, defaults, group and machine, each once', () => {
  fc.assert(
    fc.property(validPlan, (plan) => {
      const resolved = resolve(plan);
      const said = plan.groups.flatMap((group) =>
        group.vms.map((vm) => [plan, plan.defaults, group, vm].flatMap(({ accept = [] }) => accept)),
      );
      assert.deepEqual(
        machinesOf(resolved).map(({ accept }) => [...accept].sort()),
        said.map((accept) => [...new Set(accept)].sort()),
      );
    }),
  );
});

interface Said {
  readonly source?: object;
  readonly target?: object;
  readonly accept?: readonly string[];
}

/** What `top` and `base` say together, where `top` is nearer to the machine. */
function together<Top extends Said>(base: Said, top: Top) {
  const accept = [...(base.accept ?? []), ...(top.accept ?? [])];
  return { ...base, ...top, target: { ...base.target, ...top.target }, accept };
}

test('a default means the same wherever it stands: at the top, in each group, in each machine', () => {
  fc.assert(
    fc.property(validPlan, ({ defaults, source, ...plan }) => {
      const atTop = { ...plan, source, defaults };
      const inGroups = {
        ...plan,
        groups: plan.groups.map((group) => together({ source, ...defaults }, group)),
      };
      const inMachines = {
        ...plan,
        groups: inGroups.groups.map(({ name, vms, ...group }) => ({
          name,
          vms: vms.map((vm) => together(group, vm)),
        })),
      };
      assert.deepEqual(resolve(inGroups), resolve(atTop));
      assert.deepEqual(resolve(inMachines), resolve(atTop));
    }),
  );
});

test('every machine of every valid plan is resolved completely, into plain JSON', () => {
  fc.assert(
    fc.property(validPlan, (plan) => {
      const resolved = resolve(plan);
      z.array(vmPlan).parse(machinesOf(resolved));
      assert.deepEqual(JSON.parse(JSON.stringify(resolved)), resolved);
    }),
  );
});

test('a plan is the same as YAML, as JSON, as a value, and read a second time', async () => {
  await fc.assert(
    fc.asyncProperty(validPlan, async (value) => {
      const plan = parsePlan(value);
      assert.deepEqual(await loadText(stringify(value)), plan);
      assert.deepEqual(await loadText(JSON.stringify(value)), plan);
      assert.deepEqual(parsePlan(JSON.parse(JSON.stringify(plan))), plan);
    }),
    { numRuns: 30 },
  );
});

test('a percentage of machines is rounded up, without the noise of binary fractions', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 60 }), (tenths, count) => {
      const failures = `${Math.floor(tenths / 10)}.${tenths % 10}%`;
      const vms = Array.from({ length: count }, (_, index) => ({
        name: `vm-${index}`,
        privateIp: `10.0.0.${index}`,
      }));
      const tolerated = resolve({ ...minimal, limits: { failures }, groups: [{ name: 'g', vms }] }).limits
        .failures;
      assert(tolerated * 1000 >= tenths * count, 'all that the percentage covers');
      assert((tolerated - 1) * 1000 < tenths * count, 'and not one more');
    }),
  );
});

const minimal = {
  version: 1,
  name: 'minimal',
  source: { region: 'eu-west-1' },
  environments: [
    {
      name: 'weu',
      subscriptionId,
      resourceGroup: 'rg-migration',
      location: 'westeurope',
      vault: 'vault-weu',
      appliances: [{ name: 'appl-1' }],
      cacheStorageAccount: 'stcacheweu',
      policy: { name: 'p' },
    },
  ],
  defaults: { target: { resourceGroup: 'rg-payroll', network: 'vnet-prod', subnet: 'servers' } },
};

/** The target of the only machine of a plan that says this about it. */
function targetOf(target: object) {
  const groups = [{ name: 'g', vms: [{ name: 'vm-1', privateIp: '10.0.0.1', target }] }];
  const [machine] = machinesOf(resolve({ ...minimal, groups }));
  assert(machine !== undefined);
  return machine.target;
}

const subscription = `/subscriptions/${subscriptionId}/resourceGroups`;
const otherSubscription = '/subscriptions/22222222-2222-3333-4444-555555555555/resourceGroups';
const vnet = (group: string, name: string) => `${group}/providers/Microsoft.Network/virtualNetworks/${name}`;

test('a bare network is in the resource group of the target', () => {
  assert.equal(targetOf({}).networkId, vnet(`${subscription}/rg-payroll`, 'vnet-prod'));
  assert.equal(
    targetOf({ testNetwork: 'vnet-test' }).testNetworkId,
    vnet(`${subscription}/rg-payroll`, 'vnet-test'),
  );
});

test('a network with its resource group is in the subscription of the target', () => {
  const resourceGroup = `${otherSubscription}/rg-other`;
  assert.equal(
    targetOf({ network: 'rg-network/vnet-1' }).networkId,
    vnet(`${subscription}/rg-network`, 'vnet-1'),
  );
  assert.equal(
    targetOf({ resourceGroup, network: 'rg-network/vnet-1' }).networkId,
    vnet(`${otherSubscription}/rg-network`, 'vnet-1'),
  );
});

test('a full ARM id is taken as it is', () => {
  const id = vnet(`/Subscriptions/${subscriptionId}/resourcegroups/rg`, 'vnet-1');
  assert.equal(targetOf({ network: id }).networkId, id);
});

test('a cache account without an id is in the resource group of the vault', () => {
  const groups = [{ name: 'g', vms: [{ name: 'vm-1', privateIp: '10.0.0.1' }] }];
  assert.equal(
    machinesOf(resolve({ ...minimal, groups }))[0]?.environment.cacheStorageAccountId,
    `${subscription}/rg-migration/providers/Microsoft.Storage/storageAccounts/stcacheweu`,
  );
});

/** What an action does that fails. */
const usual = { withinMinutes: 30, retries: 0, otherwise: 'ask' };

test('actions keep their order and get ids that name group, side and place', () => {
  const vms = [{ name: 'vm-1', privateIp: '10.0.0.1' }];
  const before = [{ manual: 'Freeze' }, { webhook: { env: 'HOOK' } }];
  const after = [{ webhook: 'https://hooks.example/done' }];
  const [group] = resolve({ ...minimal, groups: [{ name: 'db', vms, before, after }] }).groups;
  assert.deepEqual(group?.before, [
    { kind: 'manual', id: 'db/before/1', text: 'Freeze' },
    { kind: 'webhook', id: 'db/before/2', url: { env: 'HOOK' }, ...usual },
  ]);
  assert.deepEqual(group.after, [
    { kind: 'webhook', id: 'db/after/1', url: 'https://hooks.example/done', ...usual },
  ]);
});

test('an action’s commands run where it says, or on the machine whose it is', () => {
  const own = {
    before: [{ ssm: 'date' }],
    after: [{ runCommand: 'date', on: 'vm:rg-tools/jump', retries: 2 }],
  };
  const vms = [{ name: 'vm-1', privateIp: '10.0.0.1', ...own }];
  const before = [{ ssm: 'date', on: 'i-0000000000000db01', withinMinutes: 5, otherwise: 'go-on' }];
  const after = [{ runCommand: 'date', on: 'vm-1' }];
  const [group] = resolve({ ...minimal, groups: [{ name: 'db', vms, before, after }] }).groups;
  const [machine] = group?.machines ?? [];
  const commands = 'date';
  assert.deepEqual(machine?.before, [
    { kind: 'ssm', id: 'db/vm-1/before/1', commands, on: { machine: 'vm-1' }, ...usual },
  ]);
  const vmId = `${subscription}/rg-tools/providers/Microsoft.Compute/virtualMachines/jump`;
  assert.deepEqual(machine.after, [
    { kind: 'runCommand', id: 'db/vm-1/after/1', commands, on: { vmId }, ...usual, retries: 2 },
  ]);
  const on = { instanceId: 'i-0000000000000db01', region: 'eu-west-1' };
  assert.deepEqual(group?.before, [
    { kind: 'ssm', id: 'db/before/1', commands, on, withinMinutes: 5, retries: 0, otherwise: 'go-on' },
  ]);
  assert.deepEqual(group.after, [
    { kind: 'runCommand', id: 'db/after/1', commands, on: { machine: 'vm-1' }, ...usual },
  ]);
});

test('the same address in two networks, or under two instance ids, is two machines', async () => {
  const machine = '{ name: db-01, instanceId: i-0000000000000db01 }';
  const [one, other] = ['vpc-0a1b2c3d4e5f60001', 'vpc-0a1b2c3d4e5f60002'];
  await loadText(
    planWith(
      [machine, `{ name: db-01, privateIp: 10.0.1.12, vpcId: ${one} }`],
      ['db-02, privateIp: 10.0.1.12', `db-02, privateIp: 10.0.1.12, vpcId: ${other}`],
    ),
  );
  await loadText(
    planWith(
      [machine, '{ name: db-01, privateIp: 10.0.1.12, instanceId: i-0000000000000db01 }'],
      ['db-02, privateIp: 10.0.1.12', 'db-02, privateIp: 10.0.1.12, instanceId: i-0000000000000db02'],
    ),
  );
});

test('what nobody says is said by `assumed`, with how many machines it concerns', () => {
  const vms = [
    { name: 'vm-1', privateIp: '10.0.0.1', mobility: 'preinstalled', target: { size: 'Standard_D2s_v5' } },
    { name: 'vm-2', privateIp: '10.0.0.2', testFailover: 'never', target: { diskType: 'Standard_LRS' } },
    { name: 'vm-3', privateIp: '10.0.0.3' },
  ];
  assert.deepEqual(resolve({ ...minimal, groups: [{ name: 'g', vms }] }).assumed, [
    'mobility: ssm for 2 of 3 machines. Systems Manager installs the Mobility service.',
    'testFailover: optional for 2 of 3 machines. Untested, the first failover is the real one.',
    'target.size: chosen by Site Recovery for 2 of 3 machines.',
    'target.diskType: Premium_LRS for 2 of 3 machines.',
  ]);
});
