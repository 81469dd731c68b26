import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { parse } from 'yaml';
import { InvalidPlan, parsePlan } from '../plan/index.ts';
import { errorsOf, planWith, soundPlan, type Swap } from './plans/sound-plan.ts';

interface Case {
  readonly promise: string;
  /** » stands before each place that an error names, in the order of the errors. */
  readonly swaps: readonly Swap[];
  readonly errors: readonly (readonly [path: string, message: string, suggestion?: string])[];
}

const firstMachine = '{ name: db-01, instanceId: i-0000000000000db01 }';
const machine = (said: string): Swap => [firstMachine, said];
const byDefault = (said: string): Swap => ['defaults:\n', `defaults:\n  ${said}\n`];
const before = (actions: string): Swap => ['    vms:', `    before: ${actions}\n    vms:`];
const atTop = (said: string): Swap => ['name: payroll\n', `name: payroll\n${said}\n`];

const inField = 'groups[0].vms[0]';
const vmNames = '1 to 63 letters, digits and hyphens, with a letter or digit at both ends';
const names =
  'must be 1 to 63 letters, digits, full stops, hyphens and underscores that start with a letter or digit';
const byEnvironment = 'Keep the address in the environment of the worker and write `webhook: { env: NAME }`';
const noSecret = 'the address of a `webhook` must not hold a secret';
const oneAction = 'an action says one thing: { manual: … }, { webhook: … }, { ssm: … } or { runCommand: … }';
const secondEnvironment = `
  - name: neu
    subscriptionId: 11111111-2222-3333-4444-555555555555
    resourceGroup: rg-migration-neu
    location: northeurope
    vault: vault-neu
    appliances: [{ name: appl-2 }]
    cacheStorageAccount: stcacheneu
    policy: { name: portage-24h }
defaults:`;

const keys: readonly Case[] = [
  {
    promise: 'a misspelt key is answered with the one that was meant, and with nothing else',
    swaps: [['groups:', '»grup:']],
    errors: [['grup', '`grup` is not a key of a plan', 'Did you mean `groups`?']],
  },
  {
    promise: 'what a misspelt key says is still checked: the name is taken although its key is wrong',
    swaps: [
      machine('{ »Nmae: DB-02, instanceId: i-0000000000000db01 }'),
      ['{ name: db-02', '{ name: »db-02'],
    ],
    errors: [
      [`${inField}.Nmae`, '`Nmae` is not a key of a machine', 'Did you mean `name`?'],
      ['groups[0].vms[1].name', 'two machines are called `db-02`', 'The first is at groups[0].vms[0].name'],
    ],
  },
  {
    promise: 'a misspelt instance id does not also leave the machine without one',
    swaps: [machine('{ name: db-01, »instance_id: i-0000000000000db01 }')],
    errors: [
      [`${inField}.instance_id`, '`instance_id` is not a key of a machine', 'Did you mean `instanceId`?'],
    ],
  },
  {
    promise: 'a key one level too high is sent to where it belongs',
    swaps: [machine('{ name: db-01, instanceId: i-0000000000000db01, »subnet: x }')],
    errors: [[`${inField}.subnet`, '`subnet` is not a key of a machine', 'It belongs in `target`']],
  },
  {
    promise: 'a key one level too low is sent to where it belongs',
    swaps: [byDefault('»source: { region: eu-west-1 }')],
    errors: [['defaults.source', '`source` is not a key of `defaults`', 'It belongs at the top of the plan']],
  },
  {
    promise: 'a key like no other is answered with the keys that are known',
    swaps: [['policy: { name: portage-24h }', 'policy: { name: portage-24h, »retention: 3 }']],
    errors: [
      [
        'environments[0].policy.retention',
        '`retention` is not a key of `policy`',
        'Known here: name, recoveryPointHours, crashConsistentMinutes, appConsistentMinutes',
      ],
    ],
  },
  {
    promise: 'a password in a plan is refused, and not repeated',
    swaps: [machine('{ name: db-01, instanceId: i-0000000000000db01, »adminPassword: hunter2 }')],
    errors: [
      [
        `${inField}.adminPassword`,
        '`adminPassword` is not a key of a machine',
        'Secrets never stand in a plan: the worker reads them from its environment',
      ],
    ],
  },
  {
    promise: 'a missing key is reported at the mapping that lacks it, with what it is',
    swaps: [
      ['  - name: weu\n', '  - '],
      ['    subscriptionId:', '»subscriptionId:'],
    ],
    errors: [['environments[0].name', '`name` is missing', 'Name of the environment, used once in the plan']],
  },
];

const values: readonly Case[] = [
  {
    promise: 'a plan of another version is refused',
    swaps: [['version: 1', 'version: »2']],
    errors: [['version', '`version` must be 1, not `2`']],
  },
  {
    promise: 'a version in quotes is told to lose them',
    swaps: [['version: 1', 'version: »"1"']],
    errors: [['version', '`version` must be 1, not `1`', 'Write it without quotes']],
  },
  {
    promise: 'the name of a plan fits into workflow ids',
    swaps: [['name: payroll', 'name: »Payroll_1']],
    errors: [
      [
        'name',
        '`name` must be 1 to 40 small letters, digits and hyphens that start with a letter or digit, not `Payroll_1`',
      ],
    ],
  },
  {
    promise: 'a name that YAML reads as a number is told to take quotes',
    swaps: [machine('{ name: »2027, instanceId: i-0000000000000db01 }')],
    errors: [[`${inField}.name`, `\`name\` ${names}, not \`2027\``, 'Put it in quotes']],
  },
  {
    promise: 'an empty value is called empty',
    swaps: [['source: { region: eu-west-1 }', 'source: »']],
    errors: [['source', '`source` is empty; it must be a mapping of keys to values']],
  },
  {
    promise: 'text where a machine is expected is refused at its place in the list',
    swaps: [machine('»db-01')],
    errors: [['groups[0].vms[0]', 'entry 1 of `vms` must be a mapping of keys to values, not `db-01`']],
  },
  {
    promise: 'a group without machines is refused',
    swaps: [[`vms:\n      - ${firstMachine}\n      - { name: db-02, privateIp: 10.0.1.12 }`, 'vms: »[]']],
    errors: [['groups[0].vms', '`vms` must have at least one entry']],
  },
  {
    promise: 'malformed ids and addresses of EC2 are refused',
    swaps: [
      machine('{ name: db-01, instanceId: »i-db01, privateIp: »10.0.1.300, vpcId: »vpc-1 }'),
      ['region: eu-west-1', 'region: »eu-west-1a'],
    ],
    errors: [
      [
        'source.region',
        '`region` must be the name of an AWS region, not `eu-west-1a`',
        'Like eu-west-1, without the letter of an availability zone',
      ],
      [`${inField}.instanceId`, '`instanceId` must be i- and 8 to 17 hexadecimal digits, not `i-db01`'],
      [
        `${inField}.privateIp`,
        '`privateIp` must be an IPv4 address, not `10.0.1.300`',
        'Like 10.0.1.12, without a prefix length',
      ],
      [`${inField}.vpcId`, '`vpcId` must be vpc- and 8 to 17 hexadecimal digits, not `vpc-1`'],
    ],
  },
  {
    promise: 'malformed subscriptions, locations and names of Azure are refused',
    swaps: [
      ['11111111-2222-3333-4444-555555555555', '»1111-2222'],
      ['resourceGroup: rg-migration', 'resourceGroup: »rg/migration'],
      ['location: westeurope', 'location: »West Europe'],
      ['vault: vault-weu', 'vault: »v'],
      ['stcacheweu', '»st_cache'],
    ],
    errors: [
      [
        'environments[0].subscriptionId',
        '`subscriptionId` must be a subscription id, a GUID, not `1111-2222`',
        'Like 11111111-2222-3333-4444-555555555555; `az account show` prints it',
      ],
      [
        'environments[0].resourceGroup',
        '`resourceGroup` must be the name of a resource group, not `rg/migration`',
        'The name alone: `subscriptionId` says where it is',
      ],
      [
        'environments[0].location',
        '`location` must be the name of an Azure region as programs write it, not `West Europe`',
        'Like westeurope, small letters and no spaces',
      ],
      [
        'environments[0].vault',
        '`vault` must be the name of a vault: 2 to 50 letters, digits and hyphens that start with a letter, not `v`',
      ],
      [
        'environments[0].cacheStorageAccount',
        '`cacheStorageAccount` must be the name of a storage account (3 to 24 small letters and digits) or its full ARM id, not `st_cache`',
      ],
    ],
  },
  {
    promise: 'an ARM id of something else is no network',
    swaps: [
      ['rg-network/vnet-prod', '»/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg'],
    ],
    errors: [
      [
        'defaults.target.network',
        '`network` must be the name of a virtual network, <resource group>/<name>, or its full ARM id, not `/subscriptions/11111111-2222-3333-4444-555555555555/resource…`',
        'A bare name is looked for in the resource group of the target',
      ],
    ],
  },
  {
    promise: 'a word that is no choice is answered with the choice that is near, or with all',
    swaps: [
      byDefault('mobility: »preinstaled'),
      machine(`{ ${firstMachine.slice(1, -1)}, afterCommit: »burn }`),
    ],
    errors: [
      [
        'defaults.mobility',
        '`mobility` must be ssm, push or preinstalled, not `preinstaled`',
        'Did you mean `preinstalled`?',
      ],
      [`${inField}.afterCommit`, '`afterCommit` must be keep, snapshot or terminate, not `burn`'],
    ],
  },
  {
    promise: 'limits are whole numbers, failures a count or a percentage',
    swaps: [atTop('limits: { inFlight: »0, initialReplications: »many, failures: »120% }')],
    errors: [
      ['limits.inFlight', '`inFlight` must be 1 or more, not `0`'],
      ['limits.initialReplications', '`initialReplications` must be a whole number, not `many`'],
      ['limits.failures', '`failures` must be a count such as 3 or a percentage such as 10%, not `120%`'],
    ],
  },
  {
    promise: 'a code that could not be a finding is not accepted',
    swaps: [atTop('accept: [LINUX_NVME, »linux nvme]')],
    errors: [
      [
        'accept[1]',
        'entry 2 of `accept` must be the code of a finding, not `linux nvme`',
        'Like LINUX_NVME, as `portage check` prints it',
      ],
    ],
  },
];

const vmNameCases: readonly Case[] = [
  {
    promise: 'a machine whose name Azure refuses needs another one for its VM, and gets an example',
    swaps: [machine('{ name: »db_01., instanceId: i-0000000000000db01 }')],
    errors: [
      [
        `${inField}.name`,
        `\`db_01.\` cannot be the name of an Azure VM: Azure accepts ${vmNames}`,
        'Set `target.vmName`, for example `db-01`',
      ],
    ],
  },
  ...[`-db`, `db-`, 'a'.repeat(64), `db.contoso`, `db_1`, `dé`].map((name) => ({
    promise: `\`${name}\` cannot be the name of the VM`,
    swaps: [machine(`{ name: db-01, instanceId: i-0000000000000db01, target: { vmName: »${name} } }`)],
    errors: [
      [
        `${inField}.target.vmName`,
        `\`vmName\` must be a name that Azure accepts for a VM: ${vmNames}, not \`${name.slice(0, 60)}${name.length > 60 ? '…' : ''}\``,
      ] as const,
    ],
  })),
  {
    promise: 'two machines cannot become the same VM of one resource group, capitals aside',
    swaps: [
      machine('{ name: db-01, instanceId: i-0000000000000db01, target: { vmName: DB-02 } }'),
      ['{ name: db-02', '{ name: »db-02'],
    ],
    errors: [
      [
        'groups[0].vms[1].name',
        'two machines would be the VM `db-02` in one resource group',
        'The first is at groups[0].vms[0].target.vmName. Give one of them another `target.vmName`',
      ],
    ],
  },
  {
    promise: 'a resource group by name and by id is the same one',
    swaps: [
      machine(
        '{ name: db-01, instanceId: i-0000000000000db01, target: { vmName: db-02, resourceGroup: /subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/RG-Payroll } }',
      ),
      ['{ name: db-02', '{ name: »db-02'],
    ],
    errors: [
      [
        'groups[0].vms[1].name',
        'two machines would be the VM `db-02` in one resource group',
        'The first is at groups[0].vms[0].target.vmName. Give one of them another `target.vmName`',
      ],
    ],
  },
];

const wholes: readonly Case[] = [
  {
    promise: 'a machine that names neither instance id nor private address cannot be found',
    swaps: [machine('»{ name: db-01, vpcId: vpc-0a1b2c3d4e5f60001 }')],
    errors: [
      [
        'groups[0].vms[0]',
        '`db-01` names neither `instanceId` nor `privateIp`',
        'Add one of them: Portage finds the instance by it',
      ],
    ],
  },
  {
    promise: 'a machine stands in a plan once, over all groups and capitals aside',
    swaps: [
      [
        'db-02, privateIp: 10.0.1.12 }\n',
        'db-02, privateIp: 10.0.1.12 }\n  - { name: web, vms: [{ name: »DB-01, privateIp: 10.0.1.13 }] }\n',
      ],
    ],
    errors: [
      ['groups[1].vms[0].name', 'two machines are called `DB-01`', 'The first is at groups[0].vms[0].name'],
    ],
  },
  {
    promise: 'a group stands in a plan once',
    swaps: [
      [
        '10.0.1.12 }\n',
        '10.0.1.12 }\n  - { name: »Databases, vms: [{ name: db-03, privateIp: 10.0.1.13 }] }\n',
      ],
    ],
    errors: [['groups[1].name', 'two groups are called `Databases`', 'The first is at groups[0].name']],
  },
  {
    promise: 'an instance is migrated once',
    swaps: [['privateIp: 10.0.1.12', 'instanceId: »i-0000000000000db01']],
    errors: [
      [
        'groups[0].vms[1].instanceId',
        'two machines are the instance `i-0000000000000db01`',
        'The first is at groups[0].vms[0].instanceId',
      ],
    ],
  },
  {
    promise: 'an address is migrated once',
    swaps: [
      machine('{ name: db-01, privateIp: 10.0.1.12 }'),
      ['db-02, privateIp: 10.0.1.12', 'db-02, privateIp: »10.0.1.12'],
    ],
    errors: [
      [
        'groups[0].vms[1].privateIp',
        'two machines have the address `10.0.1.12`',
        'The first is at groups[0].vms[0].privateIp. Where they are in different VPCs, give both their `vpcId`',
      ],
    ],
  },
  {
    promise: 'settings that are nowhere are reported once, at the first machine that lacks them',
    swaps: [
      ['source: { region: eu-west-1 }\n', ''],
      ['network: rg-network/vnet-prod, ', ''],
      machine('»»{ name: db-01, instanceId: i-0000000000000db01 }'),
    ],
    errors: [
      [
        `${inField}.source.region`,
        'no machine has a `source.region`',
        'Set it at the top of the plan, in a group or machine',
      ],
      [
        `${inField}.target.network`,
        'no machine has a `target.network`',
        'Set it in `defaults`, a group or the machine',
      ],
    ],
  },
  {
    promise: 'a machine that alone lacks a setting is named',
    swaps: [
      [', subnet: servers', ''],
      machine('{ name: db-01, instanceId: i-0000000000000db01, target: { subnet: x } }'),
      ['- { name: db-02', '- »{ name: db-02'],
    ],
    errors: [
      [
        'groups[0].vms[1].target.subnet',
        '`db-02` has no `target.subnet`',
        'Set it in `defaults`, a group or the machine',
      ],
    ],
  },
  {
    promise: 'a subnet for tests without its network is refused',
    swaps: [machine('{ name: db-01, instanceId: i-0000000000000db01, target: { testSubnet: »x } }')],
    errors: [
      [
        `${inField}.target.testSubnet`,
        'there is a `testSubnet` and no `testNetwork`',
        'Set `testNetwork` as well',
      ],
    ],
  },
  {
    promise: 'an environment that is not there is refused where it is named, once for all machines',
    swaps: [byDefault('environment: »weus')],
    errors: [['defaults.environment', 'there is no environment `weus`', 'Did you mean `weu`?']],
  },
  {
    promise: 'with several environments each machine says which is its own',
    swaps: [['\ndefaults:', secondEnvironment], machine(`»${firstMachine}`)],
    errors: [
      [
        `${inField}.environment`,
        'the plan has several environments, and `db-01` and 1 more name none',
        'Set `environment` to weu or neu in `defaults`, a group or the machine',
      ],
    ],
  },
  {
    promise: 'an environment stands in a plan once',
    swaps: [['\ndefaults:', secondEnvironment.replace('neu', '»WEU')], byDefault('environment: weu')],
    errors: [
      ['environments[1].name', 'two environments are called `WEU`', 'The first is at environments[0].name'],
    ],
  },
  {
    promise: 'an environment without an appliance is refused',
    swaps: [
      ['    appliances: [{ name: appl-1 }]\n', ''],
      ['- name: weu', '- »name: weu'],
    ],
    errors: [
      [
        'environments[0].appliances',
        '`appliances` is missing',
        'Name a replication appliance of the vault: `appliances: [{ name: … }]`',
      ],
    ],
  },
];

const actions: readonly Case[] = [
  {
    promise: 'an action of a group runs where it can at that time',
    swaps: [
      before(
        '[{ ssm: »date }, { runCommand: date, on: »vm:jump }, { ssm: date, on: »vm:/a }, { runCommand: date, on: »i-0000000000000db01 }, { runCommand: date, on: »db-01 }, { ssm: date, on: »db-09 }, { ssm: date, on: db-02 }]',
      ),
    ],
    errors: [
      [
        'groups[0].before[0].ssm',
        'an action of a group says where its commands run',
        'Add `on`: the name of a machine, i-… or vm:<ARM id>',
      ],
      [
        'groups[0].before[1].on',
        'an action of a group names a VM by its ARM id, not `vm:jump`',
        'Use vm:/subscriptions/…, or the name of a machine of the plan',
      ],
      ['groups[0].before[2].on', '`ssm` runs on an EC2 instance, not an Azure VM', 'Use `runCommand`'],
      ['groups[0].before[3].on', '`runCommand` runs on an Azure VM, not an EC2 instance', 'Use `ssm`'],
      ['groups[0].before[4].on', '`db-01` has no Azure VM before its cutover', 'Use `ssm`, on its source'],
      [
        'groups[0].before[5].on',
        'the plan has no machine `db-09`',
        'Name one of its machines, i-… or vm:<ARM id>',
      ],
    ],
  },
  {
    promise: 'and one of a machine on that machine, or what it names',
    swaps: [
      machine(
        `{ ${firstMachine.slice(1, -1)}, before: [{ runCommand: »date }, { ssm: date, on: »db-02 }, { manual: x, retries: »1 }, { webhook: "https://hooks.example", on: »db-02 }], after: [{ ssm: »date }, { runCommand: date, otherwise: »turn-back }] }`,
      ),
    ],
    errors: [
      [
        'groups[0].vms[0].before[0].runCommand',
        'before its stop a machine has no Azure VM yet: nothing runs there',
        'Use `ssm`, or `on: vm:<id>` for another VM',
      ],
      [
        'groups[0].vms[0].before[1].on',
        'an action of a machine runs on that machine, i-… or vm:<id>, not on `db-02`',
        'Leave `on` out for the machine itself; an action of the group may name any machine',
      ],
      [
        'groups[0].vms[0].before[2].retries',
        "a person's action has no `retries`: it waits until it is done",
        'Leave it out',
      ],
      ['groups[0].vms[0].before[3].on', '`on` is for commands: nothing else runs anywhere', 'Leave it out'],
      [
        'groups[0].vms[0].after[0].ssm',
        'after its commit the source of a machine is stopped: nothing runs there',
        'Use `runCommand`, or `on: i-…` for another instance',
      ],
      ['groups[0].vms[0].after[1].otherwise', '`otherwise` must be ask or go-on, not `turn-back`'],
    ],
  },
  {
    promise: 'an action does one thing',
    swaps: [before('[»{}, »{ manual: x, webhook: "https://hooks.example" }]')],
    errors: [
      ['groups[0].before[0]', oneAction],
      ['groups[0].before[1]', oneAction],
    ],
  },
  {
    promise: 'a webhook goes over https, unless it stays on this machine',
    swaps: [
      before(
        '[{ webhook: »http://hooks.example/x }, { webhook: "http://127.0.0.1:8080/x" }, { webhook: "http://[::1]/" }, { webhook: http://localhost/ }, { webhook: »ftp://hooks.example }, { webhook: »hooks.example/x }, { webhook: »7 }]',
      ),
    ],
    errors: [
      [
        'groups[0].before[0].webhook',
        '`webhook` must be https; plain http is accepted for a loopback address only',
      ],
      [
        'groups[0].before[4].webhook',
        '`webhook` must be https; plain http is accepted for a loopback address only',
      ],
      ['groups[0].before[5].webhook', '`webhook` must be an address that starts with https://'],
      ['groups[0].before[6].webhook', '`webhook` must be an https address or { env: NAME }, not `7`'],
    ],
  },
  ...[
    'https://user:hunter2@hooks.example/x',
    'https://user@hooks.example/x',
    'https://hooks.example/x?token=abc',
    'https://hooks.example/x?sp=1&sig=abc',
    'https://hooks.example/x?api_key=abc',
    'https://hooks.slack.com/services/T0/B0/x',
    'https://contoso.webhook.office.com/webhookb2/x',
    'https://hooks.example/in/Zk3v9QpLm2Xw8Rt5Yb7N',
    'https://hooks.example/0123456789abcdef0123456789abcdef',
  ].map((address) => ({
    promise: `the secret in ${address} is refused`,
    swaps: [before(`[{ webhook: »${JSON.stringify(address)} }]`)],
    errors: [['groups[0].before[0].webhook', noSecret, byEnvironment] as const],
  })),
  {
    promise: 'a secret given instead of the name of its variable is not repeated',
    swaps: [before('[{ webhook: { env: »hunter-2 } }]')],
    errors: [['groups[0].before[0].webhook.env', '`env` must be the name of an environment variable']],
  },
];

const windows: readonly Case[] = [
  {
    promise: 'a window that ends before it starts is refused for that, too',
    swaps: [
      byDefault('cutover: { from: 2026-05-02T22:00, until: »2026-05-02T06:00, timezone: Europe/Amsterdam }'),
    ],
    errors: [
      [
        'defaults.cutover.until',
        'the window ends before it starts: `2026-05-02T06:00` is not after `2026-05-02T22:00`',
        'Set `until` to a time after `from`',
      ],
    ],
  },
  {
    promise: 'an unknown time zone is answered with the one that was meant',
    swaps: [
      byDefault('cutover: { from: 2026-05-02 22:00, until: 2026-05-03 06:00, timezone: »Europe/Amsterdm }'),
    ],
    errors: [
      [
        'defaults.cutover.timezone',
        '`Europe/Amsterdm` is not a known time zone',
        'Did you mean Europe/Amsterdam?',
      ],
    ],
  },
  {
    promise: 'a plain offset is no time zone: it knows no summer time',
    swaps: [byDefault('cutover: { from: 2026-05-02T22:00, until: 2026-05-03T06:00, timezone: »"+02:00" }')],
    errors: [
      [
        'defaults.cutover.timezone',
        '`+02:00` is not a known time zone',
        'Use an IANA name such as Europe/Amsterdam',
      ],
    ],
  },
  {
    promise: 'a window has dates of the calendar and times without a zone of their own',
    swaps: [byDefault('cutover: { from: »2026-02-30T22:00, until: »2026-05-03T06:00Z, timezone: UTC }')],
    errors: [
      [
        'defaults.cutover.from',
        '`from` must be a date and a time, not `2026-02-30T22:00`',
        'Write it like 2026-05-02T22:00',
      ],
      [
        'defaults.cutover.until',
        '`until` must be a local time, without the zone at the end of `2026-05-03T06:00Z`',
        'Leave the zone away: `timezone` says which one is meant',
      ],
    ],
  },
  {
    promise: 'each of several windows is checked, and told by its place',
    swaps: [
      byDefault(
        'cutover: [{ from: 2026-05-02T22:00, until: 2026-05-03T06:00, timezone: UTC }, { from: 2026-05-09T22:00, until: »2026-05-09T22:00, timezone: UTC }]',
      ),
    ],
    errors: [
      [
        'defaults.cutover[1].until',
        'the window ends before it starts: `2026-05-09T22:00` is not after `2026-05-09T22:00`',
        'Set `until` to a time after `from`',
      ],
    ],
  },
  {
    promise: 'a window that lies in the hour which the clocks jump over never comes',
    swaps: [
      byDefault('cutover: { from: 2026-03-29T02:10, until: »2026-03-29T02:50, timezone: Europe/Amsterdam }'),
    ],
    errors: [
      [
        'defaults.cutover.until',
        'the window never comes: the clocks of Europe/Amsterdam jump over `2026-03-29T02:10` to `2026-03-29T02:50`',
        'Set it to times that these clocks show',
      ],
    ],
  },
  {
    promise: 'a window that lacks its end says so, and an empty list of windows is none',
    swaps: [byDefault('cutover: »[]'), ['    vms:', '    estimateMinutes: »0\n    vms:']],
    errors: [
      [
        'defaults.cutover',
        '`cutover` must be manual, automatic, or one or several windows { from, until, timezone }',
      ],
      ['groups[0].estimateMinutes', '`estimateMinutes` must be 1 or more, not `0`'],
    ],
  },
  {
    promise: 'a cutover that is neither a word nor a window is refused',
    swaps: [byDefault('cutover: »tonight')],
    errors: [
      [
        'defaults.cutover',
        '`cutover` must be manual, automatic, or one or several windows { from, until, timezone }, not `tonight`',
      ],
    ],
  },
];

const approvals: readonly Case[] = [
  {
    promise: 'approvals by more people than there are named could never be given; one on two hosts is one',
    swaps: [
      ['name: payroll\n', 'name: payroll\napprovals: { cutover: 3, from: »[ada@one, Ada@two, ben] }\n'],
    ],
    errors: [
      [
        'approvals.from',
        '`cutover` asks for 3 people, and `from` names 2: it could never be approved',
        'Name more people, or ask for fewer',
      ],
    ],
  },
  {
    promise: 'approvals say of what, and by how many',
    swaps: [['    vms:', '    approvals: { cutover: »0, validHours: »-1 }\n    vms:']],
    errors: [
      ['groups[0].approvals.cutover', '`cutover` must be 1 or more, not `0`'],
      ['groups[0].approvals.validHours', '`validHours` must be 0 or more, not `-1`'],
    ],
  },
];

const notifications: readonly Case[] = [
  {
    promise: 'a notification is signed, says on what, and its address holds no secret',
    swaps: [
      [
        'name: payroll\n',
        'name: payroll\nnotifications:\n  - »{ webhook: »"https://hooks.slack.com/services/T0/B0/x", on: [ready, »redy] }\n',
      ],
    ],
    errors: [
      ['notifications[0].secret', '`secret` is missing'],
      ['notifications[0].webhook', noSecret, byEnvironment],
      [
        'notifications[0].on[1]',
        'entry 2 of `on` must be ready, attention, window, completed or source-started, not `redy`',
        'Did you mean `ready`?',
      ],
    ],
  },
];

for (const { promise, swaps, errors } of [
  ...notifications,
  ...approvals,
  ...keys,
  ...values,
  ...vmNameCases,
  ...wholes,
  ...actions,
  ...windows,
]) {
  test(promise, async () => {
    const { text, places } = marked(planWith(...swaps));
    const found = await errorsOf(text);
    assert.deepEqual(
      found.map(({ path, message, suggestion }) => [
        path,
        message,
        ...(suggestion === undefined ? [] : [suggestion]),
      ]),
      errors,
    );
    assert.deepEqual(
      found.map(({ line, column }) => `${line}:${column}`),
      places,
    );
  });
}

/** The text without its marks, and where they stood. */
function marked(text: string): { text: string; places: string[] } {
  const places = text
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/»/g)].map((mark, earlier) => `${index + 1}:${mark.index - earlier + 1}`),
    );
  return { text: text.replaceAll('»', ''), places };
}

test('the sound plan, of which all these are variations, has no mistake', async () => {
  assert.deepEqual(await errorsOf(soundPlan), []);
});

test('every mistake is reported at once, in the order of the file', async () => {
  const text = planWith(
    ['version: 1', 'version: 2'],
    ['location: westeurope', 'location: West Europe'],
    byDefault('mobility: magic'),
    machine('{ name: db-02, instanceID: i-0000000000000db01 }'),
  );
  const found = await errorsOf(text);
  assert.deepEqual(
    found.map(({ path }) => path),
    [
      'version',
      'environments[0].location',
      'defaults.mobility',
      `${inField}.instanceID`,
      'groups[0].vms[1].name',
    ],
  );
});

test('the message of the exception lists each error with file, place, path and advice', async () => {
  const error = new InvalidPlan(
    (await errorsOf(planWith(['groups:', 'grup:']))).map((found) => ({ ...found, file: 'plan.yaml' })),
  );
  assert.equal(error.message, 'plan.yaml:15:1  grup: `grup` is not a key of a plan. Did you mean `groups`?');
});

test('a value that is no file gets the same sentences, without places', () => {
  const value: unknown = parse(planWith(['groups:', 'grup:']));
  assert.throws(
    () => parsePlan(value),
    (error) => {
      assert(error instanceof InvalidPlan);
      assert.equal(error.message, 'grup: `grup` is not a key of a plan. Did you mean `groups`?');
      assert.deepEqual(
        error.errors.map(({ file, line, column }) => ({ file, line, column })),
        [{ file: '', line: 0, column: 0 }],
      );
      return true;
    },
  );
});

for (const value of [undefined, null, [], 'plan', 3, {}]) {
  test(`${inspect(value)} is no plan, and that is said in a sentence`, () => {
    assert.throws(() => parsePlan(value), InvalidPlan);
  });
}
