/** What the plan file knows but this version cannot do. Asking for it is an error: a plan is never quietly done with less than it asks. */
export const notYet = {
  roleArn: {
    asks: '`source.roleArn`',
    instead: 'Give the worker credentials of the account that owns the instances',
  },
  validationFrom: {
    asks: '`validation` from `worker`',
    instead: 'Use `guest`, or `vm:<id>` of a VM that reaches it',
  },
} as const satisfies Readonly<Record<string, { readonly asks: string; readonly instead: string }>>;

export type NotYet = keyof typeof notYet;
