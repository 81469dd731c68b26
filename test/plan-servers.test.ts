import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorsOf, planWith, type Swap } from './plans/sound-plan.ts';

const appliances = '    appliances: [{ name: appl-1 }]\n';
const deploy =
  'instanceType: m5.2xlarge, subnetId: subnet-0a1b2c3d4e5f60001, securityGroupId: sg-0a1b2c3d4e5f60001, instanceProfile: portage';
const classic = (server: string): Swap => [
  appliances,
  `    provider: classic\n    configurationServer: ${server}\n`,
];
const inEnvironment = (said: string): Swap => ['    vault:', `    ${said}\n    vault:`];
const byDefault = (said: string): Swap => ['defaults:\n', `defaults:\n  ${said}\n`];
const inTarget = (said: string): Swap => ['subnet: servers', `subnet: servers, ${said}`];
const db = (said: string): Swap => ['i-0000000000000db01 }', `i-0000000000000db01, ${said} }`];
const db02 = (said: string): Swap => ['10.0.1.12 }', `10.0.1.12, ${said} }`];

/** What somebody wrote, where it is wrong, and what is said about it. */
const mistakes: readonly (readonly [promise: string, swaps: Swap[], path: string, text: string])[] = [
  [
    'a classic vault without its configuration server',
    [[appliances, '    provider: classic\n'], byDefault('mobility: preinstalled')],
    'environments[0].configurationServer',
    '`configurationServer` is missing. Name the configuration server of the vault: `configurationServer: { name: … }`',
  ],
  [
    'a modernized vault with a configuration server',
    [inEnvironment('configurationServer: { name: cs-1 }')],
    'environments[0].configurationServer',
    '`configurationServer` does not belong to a modernized vault. Name a replication appliance of the vault: `appliances: [{ name: … }]`',
  ],
  [
    'a configuration server to deploy that could not register',
    [classic(`{ name: cs-1, passphrase: { parameter: /portage/passphrase }, deploy: { ${deploy} } }`)],
    'environments[0].configurationServer.deploy.registration',
    '`registration` is missing. It registers with vault credentials: put the file from the portal into a SecureString parameter and name it, `{ parameter: … }`',
  ],
  [
    'agents of a classic vault that could not register',
    [classic('{ name: cs-1 }')],
    'environments[0].configurationServer.passphrase',
    '`passphrase` is missing. Agents register with it, `mobility: ssm`: name its SecureString parameter, `{ parameter: … }`',
  ],
  [
    'push installation without an account',
    [db('mobility: push')],
    'environments[0].account',
    '`account` is missing. Name the run-as account that `mobility: push` installs with',
  ],
  [
    'networks that nothing makes',
    [
      inEnvironment(
        'networks: [{ name: rg-network/vnet-prod, addressSpace: 10.20.0.0/16, subnets: [{ name: servers, prefix: 10.20.1.0/24 }] }]',
      ),
    ],
    'environments[0].networks',
    '`networks` says what `create: true` makes. Add `create: true`, or leave `networks` out',
  ],
  [
    'a server that could be in two regions',
    [
      ['{ name: appl-1 }', '{ name: appl-1, instanceId: i-0000000000000a991 }'],
      db02('source: { region: eu-central-1 }'),
    ],
    'environments[0].appliances[0].region',
    '`region` is missing. Its machines are in eu-west-1 and eu-central-1: say where the server is',
  ],
  [
    'two machines at one address in Azure',
    [db('target: { privateIp: 10.20.1.4 }'), db02('target: { privateIp: 10.20.1.4 }')],
    'groups[0].vms[1].target.privateIp',
    'two machines would have the address `10.20.1.4` in one network. The first is at groups[0].vms[0].target.privateIp',
  ],
  [
    'a test address without a test network',
    [inTarget('testPrivateIp: 10.99.1.4')],
    'groups[0].vms[0].target.testPrivateIp',
    'there is a `testPrivateIp` and no `testNetwork`. Set `testNetwork` as well',
  ],
  [
    'a licence that nobody vouches for',
    [inTarget('licence: { type: WindowsServer }')],
    'defaults.target.licence.confirmedBy',
    '`confirmedBy` is missing. Person who vouches that the licence may be used in Azure',
  ],
  [
    'a secret that is said, not named',
    [byDefault('agentConfig: { parameter: "{ BiosId: 7 }" }')],
    'defaults.agentConfig.parameter',
    '`parameter` must be the name of a Systems Manager parameter, not `{ BiosId: 7 }`. Like /portage/payroll/db-01/agent-config',
  ],
];

for (const [promise, swaps, path, text] of mistakes) {
  test(`${promise}: is refused where it stands`, async () => {
    const errors = await errorsOf(planWith(...swaps));
    assert.deepEqual(
      errors.map((error) => [error.path, [error.message, error.suggestion].filter(Boolean).join('. ')]),
      [[path, text]],
    );
  });
}

test('both kinds of vault, all three ways to the agent, and everything that a target may say, are taken', async () => {
  const plans: readonly Swap[][] = [
    [inEnvironment('account: migrate-admin'), byDefault('mobility: push')],
    [inEnvironment('create: true')],
    [
      classic(
        `{ name: cs-1, passphrase: { parameter: /p }, deploy: { ${deploy}, registration: { parameter: /r } } }`,
      ),
    ],
    [
      inTarget(
        'networkSecurityGroup: nsg-servers, tags: { owner: payroll }, licence: { type: RHEL_BYOS, confirmedBy: Ada Byron }',
      ),
      db('target: { privateIp: 10.20.1.4, interfaces: [10.0.1.11] }'),
      ['name: payroll\n', 'name: payroll\nengine: site-recovery\n'],
    ],
  ];
  for (const swaps of plans) assert.deepEqual(await errorsOf(planWith(...swaps)), []);
});
