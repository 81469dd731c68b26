import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isolatedEnvironment } from '../dev/isolated-environment.ts';
import { loadScenario, startSimulator, type Scenario } from '../simulator/index.ts';
import { run, type Ended } from './command.ts';

const example = (file: string) => fileURLToPath(new URL(`../examples/${file}`, import.meta.url));
const finding = z.object({
  code: z.string(),
  severity: z.string(),
  machine: z.string(),
  message: z.string(),
});
const answer = z.object({ plan: z.string(), findings: z.array(finding) });
const ledgerEntry = z.object({ operation: z.string(), kind: z.string() });

/** The clouds of the demo, changed, and `portage check` of its plan there: no Temporal server is anywhere. */
async function check(
  t: TestContext,
  {
    change = () => undefined,
    args = [],
    portage = {},
  }: { change?: (scenario: Scenario) => void; args?: string[]; portage?: Record<string, string> },
): Promise<Ended & { readonly writes: readonly string[] }> {
  const scenario = await loadScenario(example('demo.scenario.yaml'));
  scenario.aws.commandSeconds = 0;
  change(scenario);
  const simulator = await startSimulator({ scenario });
  t.after(() => simulator.close());
  const env = isolatedEnvironment(process.env, {
    temporalAddress: '127.0.0.1:1',
    namespace: 'default',
    simulatorUrl: simulator.url,
    portage,
  });
  const ended = await run(t, ['check', example('demo.yaml'), ...args], { env });
  const ledger = z.array(ledgerEntry).parse(await (await fetch(`${simulator.url}/_portage/ledger`)).json());
  assert.ok(ledger.length > 5, 'both clouds were looked at');
  return { ...ended, writes: ledger.filter(({ kind }) => kind !== 'read').map(({ operation }) => operation) };
}

/** What a look may send beside reads: scripts that only look, through Systems Manager. */
const looks = ['SendCommand'];

test('a plan without a blocker is told so, with what is accepted, and nothing is changed', async (t) => {
  const { code, stdout, writes } = await check(t, {});
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^accepted LINUX_NVME {2}web-04$/m);
  assert.match(stdout, /^6 machines looked at, nothing was changed: 0 blockers, /m);
  assert.match(stdout, /portage start <plan-file>/);
  assert.deepEqual(
    writes.filter((operation) => !looks.includes(operation)),
    [],
  );
});

test('a blocker ends it with 3, and JSON has every finding of every machine', async (t) => {
  const { code, stdout } = await check(t, {
    change: ({ aws }) => {
      for (const instance of aws.instances) instance.quirks.disableApiStop = true;
    },
    args: ['--json'],
  });
  assert.equal(code, 3);
  const { plan, findings } = answer.parse(JSON.parse(stdout));
  assert.equal(plan, 'payroll');
  const stopped = findings.filter((one) => one.code === 'STOP_PROTECTED');
  assert.deepEqual(
    stopped.map(({ machine, severity }) => [machine, severity]),
    ['db-01', 'db-02', 'web-01', 'web-02', 'web-03', 'web-04'].map((machine) => [machine, 'blocker']),
  );
});

test('a machine that cannot be looked at says why, and the others are looked at', async (t) => {
  const { code, stdout } = await check(t, {
    change: ({ aws }) => {
      aws.deny.push('ec2:DescribeInstances');
    },
  });
  assert.equal(code, 3);
  assert.match(stdout, /^blocker {2}NOT_LOOKED_AT {2}db-01, db-02, web-01, web-02, web-03, web-04$/m);
  assert.match(
    stdout,
    /It could not be looked at: AWS answered 403: UnauthorizedOperation: .*ec2:DescribeInstances/,
  );
});

test('a plan with a mistake is not looked at: 2, and every mistake', async (t) => {
  const { code, stderr } = await run(t, ['check', join(import.meta.dirname, 'plans', 'mistakes.yaml')]);
  assert.equal(code, 2);
  assert.match(stderr, /mistakes\.yaml:3:7 {2}name: /);
});

test('an Azure that does not answer is a finding of the plan and of every machine, not a bare error', async (t) => {
  const { code, stdout } = await check(t, { portage: { PORTAGE_ARM_ENDPOINT: 'http://127.0.0.1:2' } });
  assert.equal(code, 3);
  assert.match(stdout, /^blocker {2}NOT_LOOKED_AT {2}/m);
  assert.match(stdout, /It could not be looked at: Azure answered nothing: ECONNREFUSED/);
});
