import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ApplicationFailure, type Info } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { z } from 'zod';
import {
  createActivities,
  refuseWhenTooLate,
  type Activities,
  type AzureClients,
  type Clouds,
  type ItemAddress,
  type ReplicationSetting,
  type SourceInstance,
} from '../activities/index.ts';
import { isolatedEnvironment } from '../dev/isolated-environment.ts';
import { parsePlan, resolvePlan, type ResolvedPlan, type VmPlan } from '../plan/index.ts';
import { parseScenario, startSimulator } from '../simulator/index.ts';
import { activityInterceptor } from '../worker/activity-interceptor.ts';
import { connectClouds } from '../worker/clouds.ts';
import { readSecret } from '../worker/config.ts';
import { logger, temporalLogger } from '../worker/log.ts';

/** How long the activities ask to wait before they look again: what is to be told apart from any other delay. */
export const pollIntervalMs = 4_321;
const subscriptionId = '11111111-2222-3333-4444-555555555555';
const [production, copy] = ['vpc-00000000000000001', 'vpc-00000000000000002'];

/** What a test file's clouds have beside `machines` alike: what is given goes over the usual. */
export interface CloudOptions {
  /** Windows machines `m-01`, `m-02`, … that the appliance has discovered. */
  readonly machines?: number;
  /** More instances, as a scenario lists them. */
  readonly instances?: readonly object[];
  readonly aws?: object;
  readonly azure?: object;
  /** Vaults beside `vault-weu`. */
  readonly vaults?: readonly object[];
  readonly durations?: object;
  readonly rateLimits?: object;
  /** Folder that paths in the scenario are relative to. */
  readonly folder?: string;
  /** Time stands still but for `skip`, unless a speed is given. */
  readonly speed?: number;
}

/** What of its attempt an activity may look at. */
export type Attempt = Partial<
  Pick<Info, 'currentAttemptScheduledTimestampMs' | 'startToCloseTimeoutMs' | 'attempt'>
>;

const ledgerEntry = z.object({
  service: z.string(),
  operation: z.string(),
  target: z.string(),
  kind: z.enum(['read', 'write', 'delete']),
  outcome: z.enum(['answered', 'throttled', 'refused', 'dropped']),
  status: z.number(),
  requestId: z.string(),
});
export type LedgerEntry = z.infer<typeof ledgerEntry>;

const sourceState = z.object({ instanceId: z.string(), state: z.string(), wasForceStopped: z.boolean() });
const worldState = z.object({ aws: z.object({ machines: z.array(sourceState) }) });

/** Both clouds on loopback, and the activities that reach them through the real SDKs as a worker builds them. */
export interface CloudWorld {
  readonly url: string;
  /** The activities' own clients, for what a person does in the portal; a write is sent within `run` only. */
  readonly azure: AzureClients;
  /** Runs activities as a worker does: inside an attempt, their errors turned into the failures that Temporal sees. */
  run<Result>(work: (activities: Activities) => Promise<Result>, attempt?: Attempt): Promise<Result>;
  /** The same through new clients each time, to bring machines somewhere: one worker's clients keep to ARM's write rate. */
  prepare<Result>(work: (activities: Activities) => Promise<Result>): Promise<Result>;
  /** The failure that activities end with. */
  failure(work: (activities: Activities) => Promise<unknown>, attempt?: Attempt): Promise<ApplicationFailure>;
  /** Makes something go wrong in the clouds. */
  fault(fault: object): Promise<void>;
  /** What the clouds heard, of one operation and about targets that contain `target` where those are given. */
  ledger(operation?: string, target?: string): Promise<LedgerEntry[]>;
  /** Lets simulated time pass. */
  skip(minutes: number): Promise<void>;
  /** Does what a person would do in a console or on an appliance. */
  person(action: object): Promise<void>;
  /** How a machine's instance really is, whatever reads show. */
  source(name: string): Promise<z.infer<typeof sourceState>>;
}

/**
 * Starts the clouds and builds the activities. One at a time in a process: the SDKs read its environment, which is made
 * from nothing here.
 */
export async function startClouds(t: TestContext, options: CloudOptions = {}): Promise<CloudWorld> {
  const simulator = await startSimulator({ scenario: scenarioOf(options), speed: options.speed ?? 0 });
  t.after(() => simulator.close());
  const { url } = simulator;
  isolateProcess(url);
  const { clouds, activities } = connectedTo(new URL(url));
  const run: CloudWorld['run'] = (work, attempt) => runInAttempt(() => work(activities), attempt);
  return {
    url,
    azure: clouds.azure(subscriptionId),
    run,
    prepare: (work) => runInAttempt(() => work(connectedTo(new URL(url)).activities)),
    failure: (work, attempt) => failureOf(run(work, attempt)),
    fault: async (fault) => {
      await control(url, 'faults', fault);
    },
    ledger: async (operation, target) => {
      const query = new URLSearchParams({ ...(operation && { operation }), ...(target && { target }) });
      return z.array(ledgerEntry).parse(await control(url, `ledger?${query}`));
    },
    skip: async (skipMinutes) => {
      await control(url, 'clock', { skipMinutes });
    },
    person: async (action) => {
      await control(url, 'person', action);
    },
    source: async (name) => {
      const { machines } = worldState.parse(await control(url, 'state')).aws;
      const found = machines.find(({ instanceId }) => instanceId === instanceIdOf(name));
      assert.ok(found !== undefined, `no instance of ${name}`);
      return found;
    },
  };
}

/** From now on this process knows nothing but loopback, whatever its caller has set. */
export function isolateProcess(simulatorUrl: string): void {
  const environment = isolatedEnvironment(process.env, {
    temporalAddress: '127.0.0.1:1',
    namespace: 'default',
    simulatorUrl,
    portage: {},
  });
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, environment);
  logger.level = 'silent';
}

/** Clients and activities as a worker makes them, with ARM at this address. */
export function connectedTo(
  armEndpoint: URL,
  requestTimeoutMs = 5_000,
): { clouds: Clouds; activities: Activities } {
  const clouds = connectClouds({ armEndpoint, requestTimeoutMs, beforeEffect: refuseWhenTooLate });
  const activities = createActivities({
    clouds,
    temporal: new Client({ connection: Connection.lazy() }),
    pollIntervalMs,
    watchIntervalMs: pollIntervalMs,
    secret: (name) => readSecret(process.env, name),
    timing: {
      attemptMs: requestTimeoutMs * 2,
      stepMs: 60_000,
      validationMs: 60_000,
      runCommandMs: 60_000,
      settleMs: 1_000,
    },
  });
  return { clouds, activities };
}

/** Runs a piece of work as one attempt of an activity. */
export function runInAttempt<Result>(work: () => Promise<Result>, attempt: Attempt = {}): Promise<Result> {
  const info = { currentAttemptScheduledTimestampMs: Date.now(), startToCloseTimeoutMs: 10_000, ...attempt };
  const environment = new MockActivityEnvironment(info, {
    interceptors: [activityInterceptor],
    logger: temporalLogger,
  });
  return environment.run(work);
}

/** The failure that a piece of work ends with. */
export async function failureOf(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await promise.then(
    (result) => assert.fail(`it should have failed, but came to ${JSON.stringify(result)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof ApplicationFailure) return error;
  throw error;
}

/** What a failure tells the person who meets it. */
export function detailsOf({ details }: ApplicationFailure): {
  code: string;
  suggestion: string;
  requestId?: string | undefined;
} {
  const shape = z.object({ code: z.string(), suggestion: z.string(), requestId: z.string().optional() });
  return shape.parse(details?.[0]);
}

/** Those of the requests that took effect, their answer lost or not. */
export function accepted(entries: readonly LedgerEntry[]): LedgerEntry[] {
  return entries.filter(({ status }) => status >= 200 && status < 300);
}

/** What changed something, or tried to. */
export function writes(entries: readonly LedgerEntry[]): LedgerEntry[] {
  return entries.filter(({ kind }) => kind !== 'read');
}

/** The address of machine `m-NN`, and its instance id. */
export const privateIpOf = (name: string): string => `10.0.1.${100 + Number(name.slice(2))}`;
export const instanceIdOf = (name: string): string => `i-000000000000000${name.slice(2)}`;

/** What a machine of a plan may say otherwise; the environment's part under `environment`. */
export interface MachineOptions {
  readonly plan?: string;
  readonly environment?: object;
  readonly [key: string]: unknown;
}

/** One machine of a plan, as workflows hand it to the activities; found by its instance id unless told otherwise. */
export function machine(name: string, { plan = 'move', environment, ...own }: MachineOptions = {}): VmPlan {
  const vms = [{ name, instanceId: instanceIdOf(name), ...own }];
  const resolved = planOf(vms, { name: plan, environments: [{ ...usualEnvironment, ...environment }] });
  const vm = resolved.groups[0]?.machines[0];
  assert.ok(vm !== undefined);
  return vm;
}

/** A plan of machines as its file says them, in one group; everything else as usual unless told otherwise. */
export function planOf(vms: readonly object[], more: object = {}): ResolvedPlan {
  return resolvePlan(parsePlan(planFile(vms, more)));
}

/** The same, as its file says it. */
export function planFile(vms: readonly object[], more: object = {}): object {
  return {
    version: 1,
    name: 'move',
    source: { region: 'eu-west-1' },
    environments: [usualEnvironment],
    defaults: { mobility: 'preinstalled', target: usualTarget },
    groups: [{ name: 'all', vms }],
    ...more,
  };
}

/** A machine with everything that preflight found out about it. */
export interface Found {
  readonly vm: VmPlan;
  readonly source: SourceInstance;
  readonly setting: ReplicationSetting;
  readonly item: ItemAddress;
}

/** Preflight of a machine that nothing speaks against. */
export async function preflight(world: CloudWorld, vm: VmPlan): Promise<Found> {
  const { findings, instance, setting, item } = await world.run((a) => a.checkMachine(vm));
  assert.ok(instance && setting && item, JSON.stringify(findings));
  return { vm, source: instance, setting, item };
}

/** Asks for replication of a machine that its appliance has discovered. @returns the job. */
export async function beginReplication(
  activities: Activities,
  { vm, source, setting, item }: Found,
): Promise<string | undefined> {
  const discovered = await activities.awaitDiscovered(vm, source, setting);
  return activities.beginReplication(vm, item, setting, discovered);
}

/** Machines whose initial replication is finished, all at once: time passes. */
export async function protectedMachines(world: CloudWorld, ...vms: readonly VmPlan[]): Promise<Found[]> {
  const found = [];
  for (const vm of vms) {
    const one = await preflight(world, vm);
    await world.prepare((a) => beginReplication(a, one));
    found.push(one);
  }
  await world.skip(240);
  for (const { item } of found) await world.run((a) => a.awaitProtected(item));
  return found;
}

/** The environment of plans that say nothing else. */
export const usualEnvironment = {
  name: 'weu',
  subscriptionId,
  resourceGroup: 'rg-migration',
  location: 'westeurope',
  vault: 'vault-weu',
  appliances: [{ name: 'appl-1' }],
  cacheStorageAccount: 'stcacheweu',
  policy: { name: 'portage-24h' },
};

const usualTarget = {
  resourceGroup: 'rg-target',
  network: 'rg-network/vnet-prod',
  subnet: 'servers',
  diskType: 'Premium_LRS',
};

/** A vault as a scenario lists it, with an appliance that has discovered every machine. */
export function vaultSection(name: string): object {
  return {
    name,
    resourceGroup: 'rg-migration',
    policies: [{ name: 'portage-24h', recoveryPointHistoryMinutes: 1440 }],
    mapping: { name: 'portage-24h', policy: 'portage-24h' },
    appliances: [{ name: 'appl-1' }],
    site: { name: `${name}-site`, discovered: 'all', runAsAccounts: ['migrate-admin'] },
  };
}

function scenarioOf(options: CloudOptions) {
  const { machines = 1, instances = [], aws, azure, vaults = [], durations = {}, rateLimits } = options;
  const names = Array.from({ length: machines }, (_, at) => `m-${String(at + 1).padStart(2, '0')}`);
  const scenario = {
    aws: {
      region: 'eu-west-1',
      vpcs: [production, copy].map((vpcId) => ({ vpcId, cidr: '10.0.0.0/16' })),
      subnets: [production, copy].map((vpcId) => ({
        vpcId,
        subnetId: vpcId.replace('vpc', 'subnet'),
        cidr: '10.0.1.0/24',
      })),
      instances: [...names.map(usualInstance), ...instances],
      commandSeconds: 0,
      throttling: { reads: plenty, writes: plenty, StartInstances: plenty, CreateTags: plenty },
      ...aws,
    },
    azure: {
      subscriptionId,
      tenantId: '99999999-8888-7777-6666-555555555555',
      location: 'westeurope',
      resourceGroups: ['rg-migration', 'rg-network', 'rg-target'].map((name) => ({ name })),
      networks: [
        {
          name: 'vnet-prod',
          resourceGroup: 'rg-network',
          addressSpace: ['10.20.0.0/16'],
          subnets: [{ name: 'servers', prefix: '10.20.1.0/24' }],
        },
        {
          name: 'vnet-test',
          resourceGroup: 'rg-network',
          addressSpace: ['10.99.0.0/16'],
          subnets: [{ name: 'isolated', prefix: '10.99.1.0/24', defaultOutboundAccess: false }],
        },
      ],
      storageAccounts: [{ name: 'stcacheweu', resourceGroup: 'rg-migration' }],
      vaults: [vaultSection('vault-weu'), ...vaults],
      ...azure,
    },
    durations,
    rateLimits: { reads: plenty, writes: plenty, deletes: plenty, ...rateLimits },
  };
  const folder = options.folder ?? import.meta.dirname;
  return parseScenario(JSON.stringify(scenario), join(folder, 'inline.scenario.json'));
}

/** More requests than any test makes: a clock that stands still fills no bucket. */
const plenty = { burst: 100_000, perSecond: 1_000 };

function usualInstance(name: string): object {
  return {
    name,
    instanceId: instanceIdOf(name),
    type: 't3.large',
    vpcId: production,
    subnetId: production.replace('vpc', 'subnet'),
    privateIp: privateIpOf(name),
    guest: { agent: {} },
    volumes: [
      { device: '/dev/sda1', sizeGiB: 30 },
      { device: 'xvdb', sizeGiB: 10 },
    ],
  };
}

async function control(url: string, path: string, body?: object): Promise<unknown> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${url}/_portage/${path}`, init);
  const answer: unknown = await response.json();
  assert.ok(response.ok, `${path}: ${JSON.stringify(answer)}`);
  return answer;
}
