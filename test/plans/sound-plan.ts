import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidPlan, loadPlan, type Plan, type PlanError } from '../../plan/index.ts';

/** A small plan without a mistake. */
export const soundPlan = `version: 1
name: payroll
source: { region: eu-west-1 }
environments:
  - name: weu
    subscriptionId: 11111111-2222-3333-4444-555555555555
    resourceGroup: rg-migration
    location: westeurope
    vault: vault-weu
    appliances: [{ name: appl-1 }]
    cacheStorageAccount: stcacheweu
    policy: { name: portage-24h }
defaults:
  target: { resourceGroup: rg-payroll, network: rg-network/vnet-prod, subnet: servers }
groups:
  - name: databases
    vms:
      - { name: db-01, instanceId: i-0000000000000db01 }
      - { name: db-02, privateIp: 10.0.1.12 }
`;

/** A text of the sound plan, and what stands there instead. */
export type Swap = readonly [string, string];

/** The sound plan with some of its text replaced; each text must stand there once. */
export function planWith(...swaps: readonly Swap[]): string {
  return swaps.reduce((plan, [from, to]) => {
    assert.equal(plan.split(from).length, 2, `\`${from}\` stands in the plan once`);
    return plan.replace(from, () => to);
  }, soundPlan);
}

/** Writes a file in an empty folder, gives its path to `use`, and removes both. */
export async function withFile<Result>(
  content: string | Uint8Array,
  use: (file: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'portage-plan-'));
  try {
    const file = join(folder, 'plan.yaml');
    await writeFile(file, content);
    return await use(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Loads a text as a plan file. */
export function loadText(text: string | Uint8Array): Promise<Plan> {
  return withFile(text, loadPlan);
}

/** The errors that loading a text ends with; none where it is a plan. */
export async function errorsOf(text: string | Uint8Array): Promise<readonly PlanError[]> {
  return loadText(text).then(
    () => [],
    (cause: unknown) => {
      assert(cause instanceof InvalidPlan, String(cause));
      return cause.errors;
    },
  );
}
