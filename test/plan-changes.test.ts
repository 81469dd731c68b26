import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changesInWords,
  machineChanges,
  planChanges,
  resolvePlan,
  type Plan,
  type ResolvedPlan,
  type VmPlan,
} from '../plan/index.ts';
import { whyTooLate, type Standing } from '../workflows/late-changes.ts';
import { phases, type Phase } from '../workflows/phases.ts';
import { refusedChanges, type PlanStanding } from '../workflows/refused-changes.ts';
import { planOf } from './world.ts';

const groups = { data: ['m-01', 'm-02'], web: ['m-03'] };
const before = planOf('payroll', groups);

test('a plan that says the same has no changes, in whatever order it says it', () => {
  const { groups: said, ...rest } = before;
  assert.deepEqual(planChanges(resolvePlan(before), resolvePlan({ ...rest, groups: said })), []);
});

test('changes are told as the file says them: the same of several machines once, each with what it was', () => {
  assert.deepEqual(
    wordsOf(withTarget({ size: ['Standard_D4s_v5', 'Standard_D2s_v5'], network: 'rg-n/other' })),
    [
      'every machine (3): target.network: rg-network/vnet-prod → rg-n/other',
      'every machine (3): target.size: not said → Standard_D4s_v5, Standard_D2s_v5',
    ],
  );
  const [data, web] = before.groups;
  assert.ok(data && web);
  assert.deepEqual(wordsOf({ ...before, groups: [{ ...data, accept: ['LINUX_NVME'] }, web] }), [
    'every machine of data (2): accept: none → LINUX_NVME',
  ]);
  assert.deepEqual(
    wordsOf({ ...before, limits: { inFlight: 3 }, groups: [data, { ...web, mobility: 'push' }] }),
    ['plan: limits.inFlight: 200 → 3', 'm-03: mobility: preinstalled → push'],
  );
});

test('actions, windows, approvals, environments and what comes or goes are told', () => {
  const [data, web] = before.groups;
  const [weu] = before.environments;
  assert.ok(data && web && weu);
  const window = { from: '2030-05-02T22:00', until: '2030-05-03T06:00', timezone: 'UTC' };
  const changed: Plan = {
    ...before,
    environments: [{ ...weu, policy: { ...weu.policy, recoveryPointHours: 12 } }],
    groups: [
      { ...data, before: [{ manual: 'Freeze the books' }], cutover: window, approvals: { cutover: 2 } },
      { ...web, name: 'front' },
    ],
  };
  const words = wordsOf(changed);
  assert.deepEqual(words, [
    'plan: groups: data, web → data, front',
    'environment weu: policy.recoveryPointHours: not said → 12',
    'group data: before/1: not said → manual, Freeze the books',
    'group web: is taken out',
    'group front: is added',
    'every machine of data (2): cutover: manual → { from: 2030-05-02T22:00:00.000Z, until: 2030-05-03T06:00:00.000Z }',
    'every machine of data (2): approvals: not said → { cutover: 2, validHours: 24 }',
    'm-03: group: web → front',
  ]);
  const [gone, joined] = [
    planOf('payroll', { data: ['m-01', 'm-02'] }),
    planOf('payroll', { ...groups, x: ['m-04'] }),
  ];
  assert.ok(wordsOf(gone).includes('m-03: is taken out'));
  assert.ok(wordsOf(joined).includes('m-04: is added'));
});

test('whatever a plan may say of a machine is found when it is changed', () => {
  const [vm] = machinesOf(resolvePlan(before));
  assert.ok(vm);
  const keys: (keyof VmPlan)[] = [
    'plan',
    'group',
    'name',
    'locate',
    'source',
    'engine',
    'testStayHours',
    'adapt',
  ];
  for (const key of keys)
    assert.equal(machineChanges(vm, { ...vm, [key]: 'otherwise' }).length > 0, true, key);
});

const standing = (phase: Phase, more: Partial<Standing> = {}): Standing => ({
  phase,
  hasFailed: false,
  isInAzure: false,
  ...more,
});

/** The first phase, in the order of a run, in which a setting can't be changed any more. */
const usedIn: Readonly<Record<string, Phase>> = {
  'target.diskType': 'preparing',
  'target.resourceGroup': 'preparing',
  mobility: 'preparing',
  'target.size': 'failing-over',
  'target.subnet': 'failing-over',
  recoveryPoint: 'failing-over',
  cutover: 'awaiting-cutover',
  'approvals.validHours': 'awaiting-cutover',
  testFailover: 'awaiting-cutover',
  'quiesce.stop.command': 'quiescing',
  'quiesce.start.command': 'adapting',
  'target.tags.env': 'adapting',
  'adapt.skip': 'adapting',
  validation: 'validating',
  afterCommit: 'finishing',
  accept: 'completed',
};

for (const [key, used] of Object.entries(usedIn))
  test(`${key} can be changed until ${used}, where it is used by a step: there, too, when that has failed`, () => {
    const run = phases.slice(0, phases.indexOf('completed') + 1);
    const open = run.filter(
      (phase) => phase !== 'testing' && whyTooLate(key, true, standing(phase)) === undefined,
    );
    assert.deepEqual(
      open,
      run.slice(0, run.indexOf(used)).filter((phase) => phase !== 'testing'),
    );
    const isOpen = whyTooLate(key, true, standing(used, { hasFailed: true })) === undefined;
    assert.equal(isOpen, used !== 'completed' && used !== 'awaiting-cutover');
  });

test('what Azure has made something of, or keeps, is refused although a step failed', () => {
  const failed = standing('failing-over', { hasFailed: true, isInAzure: true });
  assert.match(
    whyTooLate('target.size', true, failed) ?? '',
    /failover was begun with it: the machine is failing-over/,
  );
  assert.match(
    whyTooLate('target.privateIp', false, standing('ready')) ?? '',
    /would stay so. Say what it shall be/,
  );
  assert.equal(whyTooLate('target.privateIp', false, standing('preparing')), undefined);
  assert.match(whyTooLate('target.testSubnet', true, standing('testing')) ?? '', /Clean its test up first/);
  for (const key of [
    'instanceId',
    'privateIp',
    'vpcId',
    'environment',
    'group',
    'engine',
    'source.region',
    'unheard.of',
  ])
    assert.match(whyTooLate(key, true, standing('queued')) ?? '', /what makes the machine this machine/, key);
  for (const phase of ['turning-back', 'aborting', 'turned-back', 'aborted'] as const)
    assert.notEqual(whyTooLate('target.size', true, standing(phase)), undefined, phase);
});

test('of the plan itself: its name, its groups and a vault that is used stay; done actions are done', () => {
  const [data, web] = before.groups;
  const [weu] = before.environments;
  assert.ok(data && web && weu);
  const said = (from: Plan, to: Plan, how: Partial<PlanStanding> = {}) =>
    refusedChanges(planChanges(resolvePlan(from), resolvePlan(to)), { ...plain, ...how }).map(
      ({ name, key }) => `${name} ${key}`,
    );
  assert.deepEqual(said(before, { ...before, limits: { failures: 1 }, accept: ['QUOTA'] }), []);
  assert.deepEqual(said(before, { ...before, groups: [web, data] }), ['payroll groups']);
  const vault = { ...before, environments: [{ ...weu, vault: 'other' }] };
  assert.deepEqual(said(before, vault), ['weu vault']);
  const policy = { ...before, environments: [{ ...weu, policy: { name: 'other' } }] };
  assert.deepEqual(said(before, policy), []);
  assert.deepEqual(said(before, policy, { isUsed: () => true }), ['weu policy.name']);
  const act = (text: string): Plan => ({
    ...before,
    groups: [{ ...data, before: [{ manual: text }], after: [{ manual: text }] }, web],
  });
  assert.deepEqual(said(act('One'), act('Two')), []);
  assert.deepEqual(said(act('One'), act('Two'), { action: () => 'done' }), ['data before/1', 'data after/1']);
  assert.deepEqual(said(act('One'), act('Two'), { action: () => 'failed' }), []);
  assert.deepEqual(said(act('One'), act('Two'), { group: () => 'cutting-over' }), ['data before/1']);
  assert.deepEqual(said(act('One'), act('Two'), { group: () => 'cutting-over', isNative: true }), [
    'data before/1',
    'data after/1',
  ]);
  assert.deepEqual(said(act('One'), act('Two'), { group: () => 'through' }), [
    'data before/1',
    'data after/1',
  ]);
});

const plain: PlanStanding = {
  machine: () => standing('ready'),
  isUsed: () => false,
  group: () => 'waiting',
  action: () => 'waiting',
  isNative: false,
};

function wordsOf(changed: Plan): string[] {
  const [from, to] = [resolvePlan(before), resolvePlan(changed)];
  return changesInWords(planChanges(from, to), from);
}

function withTarget(target: object): Plan {
  return { ...before, defaults: { ...before.defaults, target: { ...before.defaults?.target, ...target } } };
}

function machinesOf({ groups: all }: ResolvedPlan): VmPlan[] {
  return all.flatMap(({ machines }) => [...machines]);
}
