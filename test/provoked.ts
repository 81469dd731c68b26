import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import PQueue from 'p-queue';
import type { Finding, Preflight } from '../activities/index.ts';
import type { VmPlan } from '../plan/index.ts';
import { findingAsRead } from './as-read.ts';
import type { CloudWorld } from './cloud-world.ts';

/** A finding, how it weighs, a machine that it is about, and a part of what is said. */
export type Provoked = readonly [code: string, severity: Finding['severity'], vm: VmPlan, says: RegExp];

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
      looks.set(vm, await world.run((a) => a.checkMachine(vm)));
    }),
  );
  for (const [code, severity, vm, says] of table)
    await t.test(`says ${code}: ${says.source}`, async () => {
      const { findings = [] } = looks.get(vm) ?? {};
      const finding = findings.find((one) => one.code === code && says.test(one.message));
      assert.ok(finding, JSON.stringify(findings));
      assert.equal(finding.severity, severity);
      assert.equal(finding.machine, vm.name);
      assert.equal(finding.docs, `docs/findings.md#${code.toLowerCase()}`);
      const read = findingAsRead(vm, finding)
        .split('\n')
        .map((line) => line.trim());
      assert.ok(
        read.some((line) => says.test(line)) && read.some((line) => line.startsWith(finding.suggestion)),
      );
    });
}

/** The codes of what weighs something, sorted: remarks are left out. */
export function weighing(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ code }) => code)
    .sort();
}
