import type { Invariant } from './broken.ts';
import type { Deed, DrawnRun } from './drawn-run.ts';
import { directedRun, type Direction } from './directed-run.ts';

/** A classic mistake: what stands in a source, and what would stand there with it. */
export interface Mistake {
  readonly name: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly right: string;
  readonly wrong: string;
  /** What it breaks. */
  readonly breaks: Invariant;
  /** The run in which it shows. */
  readonly run: DrawnRun;
}

const failover = 'ReplicationProtectedItems_UnplannedFailover';
const create = 'ReplicationProtectedItems_Create';

/** The answer to the failover is lost, and its job has failed before anybody looks for it. */
const lostAndFailed: Direction['faults'] = [
  { operation: failover, drop: 'after', count: 1 },
  { operation: failover, failJob: { code: '170010', message: 'A failure that was asked for' }, count: 1 },
];

const abortAt = (operation: string): Omit<Extract<Deed, { what: 'signals' }>, 'vm'> => ({
  what: 'signals',
  at: { operation, target: '' },
  signals: [{ name: 'abort' }],
});

export const mistakes: readonly Mistake[] = [
  {
    name: 'begin without look-up',
    file: 'activities/site-recovery/begin-once.ts',
    right: 'if (begun !== undefined) return begun;',
    wrong: 'if (begun !== undefined) return begin(operation.send);',
    breaks: 'nothing begun again unasked',
    run: directedRun(9001, { faults: lostAndFailed }),
  },
  {
    name: 'look-up that sees only unfinished jobs',
    file: 'activities/site-recovery/jobs.ts',
    right: 'properties?.scenarioName === scenario && !mark.known.includes(name),',
    wrong:
      "properties?.scenarioName === scenario && !mark.known.includes(name) && properties.state === 'InProgress',",
    breaks: 'nothing begun again unasked',
    run: directedRun(9002, { faults: lostAndFailed }),
  },
  {
    name: 'abort that forgets the firewall',
    file: 'workflows/undo-list.ts',
    right: 'return [...this.#undos].reverse();',
    wrong: "return [...this.#undos].reverse().filter(({ name }) => name !== 'Close the firewall');",
    breaks: 'every firewall is closed',
    run: directedRun(9003, { push: true, deeds: [abortAt('CreateSecurityGroup')] }),
  },
  {
    name: 'commit before validation',
    file: 'workflows/complete-machine.ts',
    right: 'await validateMigratedVm(run, found, migrated);',
    wrong: "if (run.phase === 'finishing') await validateMigratedVm(run, found, migrated);",
    breaks: 'committed only what was validated',
    run: directedRun(9004, {}),
  },
  {
    name: 'VM found by name',
    file: 'activities/migrated-vm.ts',
    right: 'const [owner, ...others] = distinct(owners.filter((id) => id !== undefined));',
    wrong: [
      "const name = item.name.replace(/^portage-[^-]+-/, '');",
      "const owner = diskIds[0]?.replace(/disks\\/.*$/i, 'virtualMachines/' + name);",
      'const others: string[] = [];',
    ].join('\n'),
    breaks: 'nothing of others is touched',
    run: directedRun(9005, { hasNamesake: true }),
  },
  {
    name: 'undo registered after the effect',
    file: 'workflows/prepare-machine.ts',
    right: '  run.onUndo(disabling(run, item));\n  if (isEnabled) await closeFirewall(run);',
    wrong: '  if (isEnabled) await closeFirewall(run);',
    breaks: 'nothing is left of what was given up',
    run: directedRun(9006, { deeds: [abortAt(create)] }),
  },
  {
    name: 'lost signal',
    file: 'workflows/machine-verbs.ts',
    right: "setHandler(failoverSignal, (how) => take(run, 'failover', failover(run, how)));",
    wrong:
      "setHandler(failoverSignal, (how) => (run.phase === 'ready' ? undefined : take(run, 'failover', failover(run, how))));",
    breaks: 'every decision is followed',
    run: directedRun(9007, {}),
  },
  {
    name: 'a plan’s end that cancels its machines',
    file: 'workflows/recovery-plan.ts',
    right: 'parentClosePolicy: ParentClosePolicy.ABANDON,',
    wrong: 'parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,',
    breaks: 'given up only when asked',
    run: directedRun(9008, { deeds: [{ what: 'terminate-plan', at: { operation: create, target: '' } }] }),
  },
];
