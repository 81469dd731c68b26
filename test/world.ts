import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { MachineStatus, PlanStatus, PortageClient } from '../client/index.ts';
import { startLocalWorld, type LocalWorld } from '../dev/local-world.ts';
import { parsePlan, type Plan } from '../plan/index.ts';

/** Simulated time runs so fast that a migration takes seconds. */
const speed = 2_000;
const lookMs = 100;
const dryRunStatus = 412;

/** One request that the clouds heard, and the right that it needed: empty where it needs none. */
const ledgerEntry = z.object({
  operation: z.string(),
  target: z.string(),
  status: z.number(),
  kind: z.string(),
  permission: z.string(),
});
export type LedgerEntry = z.infer<typeof ledgerEntry>;

/** Temporal, a worker and both clouds with machines `m-01`, `m-02`, …; the test file's own. */
export interface World {
  readonly local: LocalWorld;
  readonly portage: PortageClient;
  /** Temporal itself, for what Portage's client does not do. */
  readonly temporal: Client;
  /** What the clouds heard of an operation, about targets that contain `target`; a dry run does not count. */
  ledger(operation: string, target: string): Promise<LedgerEntry[]>;
  /** Everything that the clouds heard, dry runs too. */
  heard(): Promise<LedgerEntry[]>;
  /** Makes something go wrong in the clouds. */
  fault(fault: object): Promise<void>;
  /** Does what a person would do in a console or on an appliance. @returns what the person sees. */
  person(action: object): Promise<unknown>;
  /** What is in both clouds now. */
  state(): Promise<unknown>;
  /** The state of a machine's instance, in EC2's words. */
  instanceState(vm: string): Promise<string | undefined>;
  /** Waits until a machine's status is as wanted; fails with its last status when it never is. */
  untilMachine(plan: string, vm: string, wanted: (status: MachineStatus) => boolean): Promise<MachineStatus>;
  /** Waits until Temporal knows nothing of a workflow any more. */
  untilGone(workflowId: string): Promise<void>;
  untilPlan(plan: string, wanted: (status: PlanStatus) => boolean, limitMs?: number): Promise<PlanStatus>;
}

/** What may be otherwise in a test file's world. */
export interface WorldOptions {
  /** How many machines `m-01`, … there are instead of those of the scenario. */
  readonly machines?: number;
  /** A scenario file of the examples; that of the demo where absent. */
  readonly example?: string;
  /** Changes the scenario before the clouds begin. */
  readonly scenario?: (scenario: Scenario) => void;
  readonly worker?: Readonly<Record<string, string>>;
}

const stateShape = z.object({
  aws: z.object({ machines: z.array(z.object({ instanceId: z.string(), state: z.string() })) }),
});

const scenarioShape = z.looseObject({
  aws: z.looseObject({ instances: z.array(z.looseObject({ name: z.string() })) }),
  azure: z.looseObject({
    vaults: z.array(z.looseObject({ site: z.looseObject({}).optional() })).default([]),
  }),
});
export type Scenario = z.infer<typeof scenarioShape>;

/** Makes the world for a test, whose end takes it down. */
export async function startWorld(t: TestContext, options: WorldOptions): Promise<World> {
  const { world, close } = await openWorld(options);
  t.after(close);
  return world;
}

/** Makes the world, to be closed by whoever asked for it. */
export async function openWorld(
  options: WorldOptions,
): Promise<{ world: World; close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'portage-test-'));
  const scenario = join(folder, 'scenario.yaml');
  await writeFile(scenario, stringify(await scenarioOf(options)));
  const worker = { PORTAGE_POLL_INTERVAL: '150ms', PORTAGE_STEP_TIMEOUT: '20s', ...options.worker };
  const local = await startLocalWorld({ environment: process.env, scenario, speed, seed: 1, worker });
  const portage = await local.connect();
  const connection = await Connection.connect({ address: local.temporalAddress });
  const close = async () => {
    await connection.close();
    await portage.close();
    await local.close();
    await rm(folder, { recursive: true });
  };
  return { world: worldOf(local, portage, new Client({ connection })), close };
}

/** The address of machine `m-NN`, and its instance id. */
export const privateIpOf = (vm: string): string => `10.0.1.${100 + Number(vm.slice(2))}`;
export const instanceIdOf = (vm: string): string => `i-000000000000000${vm.slice(2)}`;

/** A plan of groups of machines, each `m-NN`; everything else as in the demo. */
export function planOf(
  name: string,
  groups: Readonly<Record<string, readonly string[]>>,
  more: object = {},
): Plan {
  return parsePlan({
    version: 1,
    name,
    source: { region: 'eu-west-1' },
    environments: [
      {
        name: 'weu',
        subscriptionId: '11111111-2222-3333-4444-555555555555',
        resourceGroup: 'rg-migration',
        location: 'westeurope',
        vault: 'vault-weu',
        appliances: [{ name: 'appl-1' }],
        cacheStorageAccount: 'stcacheweu',
        policy: { name: 'portage-24h' },
      },
    ],
    defaults: {
      mobility: 'preinstalled',
      target: {
        resourceGroup: 'rg-payroll',
        network: 'rg-network/vnet-prod',
        subnet: 'servers',
        diskType: 'Premium_LRS',
      },
    },
    groups: Object.entries(groups).map(([group, vms]) => ({
      name: group,
      vms: vms.map((vm) => ({ name: vm, instanceId: instanceIdOf(vm) })),
    })),
    ...more,
  });
}

async function scenarioOf({
  machines,
  example = 'demo.scenario.yaml',
  scenario: change,
}: WorldOptions): Promise<Scenario> {
  const text = await readFile(new URL(`../examples/${example}`, import.meta.url), 'utf8');
  const scenario = scenarioShape.parse(parse(text));
  if (machines !== undefined) scenario.aws.instances = Array.from({ length: machines }, machineAt);
  change?.(scenario);
  return scenario;
}

function machineAt(_: unknown, index: number) {
  const name = `m-${String(index + 1).padStart(2, '0')}`;
  return {
    name,
    instanceId: instanceIdOf(name),
    type: 't3.large',
    subnetId: 'subnet-0a1b2c3d4e5f60001',
    privateIp: privateIpOf(name),
    osName: 'Microsoft Windows Server 2022 Datacenter',
    guest: { agent: {} },
    volumes: [{ device: '/dev/sda1', sizeGiB: 30 }],
  };
}

function worldOf(local: LocalWorld, portage: PortageClient, temporal: Client): World {
  const control = async (path: string, body?: object): Promise<unknown> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${local.simulatorUrl}/_portage/${path}`, init);
    const answer: unknown = await response.json();
    assert.ok(response.ok, `${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    local,
    portage,
    temporal,
    ledger: async (operation, target) => {
      const heard = await control(`ledger?operation=${operation}&target=${target}`);
      return z
        .array(ledgerEntry)
        .parse(heard)
        .filter(({ status }) => status !== dryRunStatus);
    },
    heard: async () => z.array(ledgerEntry).parse(await control('ledger')),
    fault: async (fault) => {
      await control('faults', fault);
    },
    person: (action) => control('person', action),
    state: () => control('state'),
    instanceState: async (vm) => {
      const { aws } = stateShape.parse(await control('state'));
      return aws.machines.find(({ instanceId }) => instanceId === instanceIdOf(vm))?.state;
    },
    untilMachine: (plan, vm, wanted) => until(() => portage.machineStatus(plan, vm), wanted),
    untilGone: async (workflowId) => {
      await until(
        () => isKnown(temporal, workflowId),
        (known) => !known,
      );
    },
    untilPlan: (plan, wanted, limitMs) => until(() => portage.planStatus(plan), wanted, limitMs),
  };
}

async function isKnown(temporal: Client, workflowId: string): Promise<boolean> {
  try {
    await temporal.workflow.getHandle(workflowId).describe();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Waits until EC2 has brought a machine's instance into a state, however it got on its way. */
export async function untilState(world: World, state: string, vm: string): Promise<void> {
  await until(
    () => world.instanceState(vm),
    (now) => now === state,
  );
}

/** Looks until the status is as wanted. The limit only keeps a broken test from hanging. */
export async function until<T>(
  look: () => Promise<T>,
  wanted: (status: T) => boolean,
  limitMs = 120_000,
): Promise<T> {
  const limit = Date.now() + limitMs;
  for (let last: unknown; ; await sleep(lookMs)) {
    try {
      const status = await look();
      if (wanted(status)) return status;
      last = status;
    } catch (error) {
      last = error;
    }
    assert.ok(
      Date.now() < limit,
      `never came: ${last instanceof Error ? last.message : JSON.stringify(last, undefined, 1)}`,
    );
  }
}

export const inPhase = (phase: MachineStatus['phase']) => (status: MachineStatus) => status.phase === phase;
export const inAttention = (code: string) => (status: MachineStatus) => status.attention?.code === code;
