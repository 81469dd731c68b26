/** What the plan file knows but this version cannot do. Asking for it is an error: a plan is never quietly done with less than it asks. */
export const notYet = {
  roleArn: {
    asks: '`source.roleArn`',
    instead: 'Give the worker credentials of the account that owns the instances',
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
