import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { InvalidPlan, loadPlan, parsePlan, resolvePlan, type ResolvedPlan } from '../plan/index.ts';

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const load = (file: string) => loadPlan(pathOf(`../examples/${file}`));
const machinesOf = ({ groups }: ResolvedPlan) => groups.flatMap(({ machines }) => machines);

test('the demo plan says the same in YAML and in JSON, for a stranger with nothing but the temporal CLI', async () => {
  const json: unknown = JSON.parse(await readFile(pathOf('../examples/demo.json'), 'utf8'));
  const fromYaml = resolvePlan(await load('demo.yaml'));
  assert.deepEqual(resolvePlan(await load('demo.json')), fromYaml);
  assert.deepEqual(resolvePlan(parsePlan(json)), fromYaml);
});

test('the demo plan moves six machines in two groups, two of them found by their address', async () => {
  const plan = resolvePlan(await load('demo.yaml'));
  assert.deepEqual(
    plan.groups.map(({ name, machines }) => [name, machines.map((machine) => machine.target.vmName)]),
    [
      ['databases', ['db-01', 'db-02']],
      ['web', ['web-01', 'web-02', 'web-03', 'web-04']],
    ],
  );
  assert.deepEqual(
    machinesOf(plan).flatMap(({ locate }) => locate.privateIp ?? []),
    ['10.0.1.12', '10.0.2.23'],
  );
  assert.deepEqual(plan.groups[0]?.before, [
    { kind: 'manual', id: 'databases/before/1', text: 'Freeze the payroll run' },
  ]);
});

test('`start` can say what the demo plan leaves open', async () => {
  assert.deepEqual(resolvePlan(await load('demo.yaml')).assumed, [
    'testFailover: optional for every machine. Untested, the first failover is the real one.',
  ]);
});

test('a plan of forty machines in seven groups has no mistake and leaves nothing open', async () => {
  const plan = resolvePlan(await load('forty-machines.yaml'));
  const machines = machinesOf(plan);
  assert.equal(machines.length, 40);
  assert.equal(plan.groups.length, 7);
  assert.equal(plan.limits.failures, 2);
  assert.deepEqual(plan.assumed, []);
  assert.equal(machines.filter(({ accept }) => accept.includes('LINUX_NVME')).length, 16);
});

test('the tutorials say all that Portage is to make, and leave nothing but their test failover open', async () => {
  for (const [file, provider] of [
    ['tutorial.yaml', 'modernized'],
    ['tutorial-classic.yaml', 'classic'],
  ] as const) {
    const plan = resolvePlan(await load(file));
    const environments = machinesOf(plan).map(({ environment }) => environment);
    assert.deepEqual(
      environments.map((one) => [one.provider, one.create, one.servers[0]?.deploy?.instanceType]),
      [
        [provider, true, 'm5.2xlarge'],
        [provider, true, 'm5.2xlarge'],
      ],
    );
    assert.deepEqual(plan.assumed, []);
  }
});

test('a plan full of mistakes is answered with all of them, as the page about plans shows', async () => {
  const file = relative(process.cwd(), pathOf('plans/mistakes.yaml'));
  const expected = await readFile(pathOf('plans/mistakes.txt'), 'utf8');
  await assert.rejects(loadPlan(file), (error) => {
    assert(error instanceof InvalidPlan);
    assert.equal(`${error.message.replaceAll(file, 'plan.yaml')}\n`, expected);
    return true;
  });
  const page = await readFile(pathOf('../docs/plan.md'), 'utf8');
  const shown = page.split('\n').filter((line) => line.startsWith('plan.yaml:'));
  assert(shown.length >= 2);
  assert.deepEqual(
    shown.filter((line) => !expected.split('\n').includes(line)),
    [],
  );
});
