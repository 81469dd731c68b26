import { phases, isEnded, type Phase } from './phases.ts';

/** Where a machine stands, as far as it says what may be changed. */
export interface Standing {
  readonly phase: Phase;
  /** A step of it has failed, and will be done again. */
  readonly hasFailed: boolean;
  /** Its failover was accepted, or is about to be. */
  readonly isInAzure: boolean;
}

/** When a setting is used. */
interface Use {
  /** Until the machine enters this phase it can change; in it, only where its step has failed. */
  readonly until: Phase;
  /** A failed step does not look at it again. */
  readonly once?: true;
  /** It can't be changed while the machine is tested either. */
  readonly tested?: true;
  /** What was done with it by then. */
  readonly used: string;
}

const enabled = { until: 'preparing', used: 'replication is enabled with it' } as const;
const failedOver = { until: 'failing-over', used: 'its failover was begun with it' } as const;
const tested = { ...failedOver, tested: true } as const;
const onVm = { until: 'adapting', used: 'it is on its Azure VM' } as const;
const released = { until: 'awaiting-cutover', once: true, used: 'its cutover has begun' } as const;

/** By the key, or the part of it up to a dot. What is in no line never changes. */
const uses: Readonly<Record<string, Use>> = {
  mobility: enabled,
  agentConfig: enabled,
  'target.resourceGroup': enabled,
  'target.diskType': enabled,
  target: failedOver,
  'target.testNetwork': tested,
  'target.testSubnet': tested,
  'target.testPrivateIp': tested,
  'target.tags': onVm,
  'target.networkSecurityGroup': onVm,
  'target.licence': onVm,
  recoveryPoint: failedOver,
  testFailover: released,
  testStayHours: { ...released, tested: true },
  cutover: released,
  estimateMinutes: released,
  approvals: released,
  quiesce: { until: 'quiescing', used: 'its applications were brought to rest with it' },
  'quiesce.start': { until: 'adapting', used: 'its applications were started again with it' },
  adapt: { until: 'adapting', used: 'its guest was adapted with it' },
  validation: { until: 'validating', used: 'it was validated with it' },
  before: { ...released, used: 'its actions before the cutover were begun' },
  after: { until: 'finishing', once: true, used: 'its actions after the cutover were begun' },
  watchDays: { until: 'completed', used: 'its source is watched with it' },
  afterCommit: { until: 'finishing', used: 'it was finished with it' },
  accept: { until: 'completed', used: 'it is through' },
};

/** What Azure keeps where a plan ceases to say it. */
const kept = /^target\.(size|testNetwork|testSubnet|privateIp|testPrivateIp|interfaces)$/;

/**
 * Why a machine's setting can't be changed any more; nothing where it can.
 * @param key as the plan file says it.
 * @param isSaid whether the plan goes on to say anything.
 */
export function whyTooLate(key: string, isSaid: boolean, standing: Standing): string | undefined {
  const { phase } = standing;
  const use = useOf(key);
  if (use === undefined)
    return 'it is what makes the machine this machine. Abort it, and start it anew when the plan has ended';
  if (isEnded(phase)) return `the machine is ${phase}, and nothing uses it any more. Leave it as it was`;
  if (phase === 'turning-back' || phase === 'aborting')
    return `the machine is ${phase}. Wait until that is over`;
  if (use.tested && phase === 'testing')
    return 'the machine is being tested with it. Clean its test up first: portage clean-up';
  if (isUsed(use, standing)) return `${use.used}: the machine is ${phase}`;
  if (!isSaid && kept.test(key) && !isBefore(phase, 'replicating'))
    return 'it may be set in Azure already, and would stay so. Say what it shall be instead';
  return undefined;
}

function useOf(key: string): Use | undefined {
  for (let part = key; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('.'))))
    if (uses[part] !== undefined) return uses[part];
  return undefined;
}

function isUsed({ until, once }: Use, { phase, hasFailed, isInAzure }: Standing): boolean {
  if (until === 'failing-over' && isInAzure) return true;
  return phase === until && once === undefined ? !hasFailed : !isBefore(phase, until);
}

function isBefore(phase: Phase, other: Phase): boolean {
  return phases.indexOf(phase) < phases.indexOf(other);
}
