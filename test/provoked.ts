import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import PQueue from 'p-queue';
import type { Finding, Preflight } from '../activities/index.ts';
import type { VmPlan } from '../plan/index.ts';
import { findingAsRead } from './as-read.ts';
import type { CloudWorld } from './cloud-world.ts';

/** A finding, how it weighs, a machine that it is about, and a part of what is said. */
export type Provoked = readonly [code: string, severity: Finding['severity'], vm: VmPlan, says: RegExp];

/** The look at which also that counts which may pass by itself. */
export const lastLook = { attempt: 3 };

/** As many as `portage check` looks at side by side. */
const machinesAtOnce = 8;

/** One test for each finding: what a person would read of it. Every machine is looked at once. */
export async function assertProvoked(
  t: TestContext,
  world: CloudWorld,
  table: readonly Provoked[],
): Promise<void> {
  const looks = new Map<VmPlan, Preflight>();
  const queue = new PQueue({ concurrency: machinesAtOnce });
  await queue.addAll(
    [...new Set(table.map(([, , vm]) => vm))].map((vm) => async () => {
      looks.set(vm, await world.run((a) => a.checkMachine(vm), lastLook));
    }),
  );
  for (const [code, severity, vm, says] of table)
    await t.test(`says ${code}: ${says.source}`, () => {
      const finding = assertRead(looks.get(vm)?.findings ?? [], code, severity, says);
      assert.equal(finding.machine, vm.name);
    });
}

/** One of the findings, as a person reads it: with its weight, what is said, what to do and where more is written. */
export function assertRead(
  findings: readonly Finding[],
  code: string,
  severity: Finding['severity'],
  says: RegExp,
): Finding {
  const finding = findings.find((one) => one.code === code && says.test(one.message));
  assert.ok(finding, JSON.stringify(findings));
  const { accepted, machine, suggestion } = finding;
  const [title = '', message = '', todo = ''] = findingAsRead(finding).split('\n');
  assert.deepEqual(
    [finding.severity, title.split(/ +/)],
    [severity, [accepted ? 'accepted' : severity, code, ...(machine || 'the plan').split(' ')]],
  );
  assert.match(message.trim(), says);
  assert.ok(suggestion.length > 0);
  assert.equal(todo.trim(), `${suggestion} (docs/findings.md#${code.toLowerCase()})`);
  return finding;
}

/** The codes of what weighs something, sorted: remarks are left out. */
export function weighing(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ code }) => code)
    .sort();
}
