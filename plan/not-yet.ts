/** What the plan file knows but this version cannot do. Asking for it is an error: a plan is never quietly done with less than it asks. */
export const notYet = {
  siteRecoveryEngine: {
    asks: '`engine: site-recovery` (native recovery plans)',
    instead: 'Use `engine: portage`, or leave `engine` out',
  },
  classicProvider: {
    asks: '`provider: classic` (the configuration server)',
    instead: 'Use a modernized vault with a replication appliance',
  },
  configurationServer: {
    asks: '`configurationServer` in an environment',
    instead: 'Use a modernized vault and list its `appliances`',
  },
  createEnvironment: {
    asks: '`create` in an environment',
    instead: 'Create the vault, its policy and its mapping first, then leave `create` out',
  },
  deployAppliance: {
    asks: '`deploy` in an environment or of an appliance',
    instead: 'Set the appliance up and register it first, then leave `deploy` out',
  },
  runAsAccount: {
    asks: '`account` in an environment (for push installation)',
    instead: 'Install the Mobility service beforehand and leave `account` out',
  },
  roleArn: {
    asks: '`source.roleArn`',
    instead: 'Give the worker credentials of the account that owns the instances',
  },
  targetPrivateIp: {
    asks: '`target.privateIp`',
    instead: 'Leave it out: Azure assigns an address of the subnet',
  },
  targetTags: { asks: '`target.tags`', instead: 'Leave them out and tag the VM after the migration' },
  networkSecurityGroup: {
    asks: '`target.networkSecurityGroup`',
    instead: 'Leave it out and associate the group with the subnet',
  },
  licence: { asks: '`target.licence`', instead: 'Leave it out and set the licence on the migrated VM' },
  secondSize: { asks: 'more than one `target.size`', instead: 'Name one size' },
  mobilityBySsm: {
    asks: '`mobility: ssm`',
    instead: 'Install the Mobility service beforehand and set `mobility: preinstalled`',
  },
  mobilityByPush: {
    asks: '`mobility: push`',
    instead: 'Install the Mobility service beforehand and set `mobility: preinstalled`',
  },
  testFailover: {
    asks: '`testFailover: required` and `testFailover: optional`',
    instead: 'Set `testFailover: never`, or leave it out',
  },
  cutoverWindow: {
    asks: 'a `cutover` window',
    instead: 'Use `cutover: manual` and send `failover` when the window opens',
  },
  validationProbe: {
    asks: '`validation` by `tcp`, `http` or `runCommand`',
    instead: 'Use `{ agent: ready }`',
  },
  validationFrom: {
    asks: '`validation` from `guest`, `worker` or `vm:<id>`',
    instead: 'Use `{ agent: ready }`, which Azure Resource Manager answers',
  },
  terminate: { asks: '`afterCommit: terminate`', instead: 'Use `keep` or `snapshot`' },
  actionBySsm: { asks: 'an `ssm` action', instead: 'Use `manual` or `webhook`' },
  actionByRunCommand: { asks: 'a `runCommand` action', instead: 'Use `manual` or `webhook`' },
  approvals: { asks: '`approvals`', instead: 'Use a `manual` action before the group' },
  notifications: { asks: '`notifications`', instead: 'Use a `webhook` action before or after the group' },
} as const satisfies Readonly<Record<string, { readonly asks: string; readonly instead: string }>>;

export type NotYet = keyof typeof notYet;
