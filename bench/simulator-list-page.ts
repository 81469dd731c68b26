import { strict as assert } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import {
  loadScenario,
  parseScenario,
  startSimulator,
  type Scenario,
  type Simulator,
} from '../simulator/index.ts';
import type { Figure } from './figure.ts';

const small = 50;
const big = 5_000;
/** Both sizes answer full pages of so many, so that the pages compare. */
const pageSize = 50;
/** Timed pages for each size. */
const samples = 300;

const subscription = '/subscriptions/11111111-2222-3333-4444-555555555555';
const group = `${subscription}/resourceGroups/rg-migration/providers`;
const vault = `${group}/Microsoft.RecoveryServices/vaults/vault-weu`;
const machines = `${group}/Microsoft.OffAzure/ServerSites/portage-site/machines?api-version=2023-06-06`;
const items = `${vault}/replicationProtectedItems?api-version=2023-06-01`;

/** Does a page of a list cost what it costs, whatever the list holds? Each figure is one run: small and big take turns. */
export const listPageFigures: readonly Figure[] = [
  figure('page of protected items', items),
  figure('page of discovered machines', machines),
];

function figure(name: string, path: string): Figure {
  return {
    name,
    is: `median time at ${big} machines ÷ at ${small}`,
    limit: 1.25, // 1.0, and the noise of a busy machine
    measure: async () => {
      const [few, many] = [await startCloud(small), await startCloud(big)];
      try {
        return await ratio(few, many, path);
      } finally {
        await few.simulator.close();
        await many.simulator.close();
      }
    },
  };
}

interface Cloud {
  readonly simulator: Simulator;
  readonly token: string;
}

async function ratio(few: Cloud, many: Cloud, path: string): Promise<number> {
  const [fewWalk, manyWalk] = [walk(few, path), walk(many, path)];
  const [fewMs, manyMs]: [number[], number[]] = [[], []];
  for (let sample = 0; sample < samples; sample += 1) {
    fewMs.push(await nextMs(fewWalk));
    manyMs.push(await nextMs(manyWalk));
  }
  return median(manyMs) / median(fewMs);
}

async function nextMs(pages: AsyncGenerator<number, never>): Promise<number> {
  return (await pages.next()).value;
}

const page = z.object({ value: z.array(z.unknown()), nextLink: z.string().nullable() });

/** Page after page, from the first again behind the last; yields each one's time in milliseconds. */
async function* walk({ simulator, token }: Cloud, path: string): AsyncGenerator<number, never> {
  for (let next = path; ;) {
    const started = performance.now();
    const response = await fetch(`${simulator.url}${next}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const text = await response.text();
    const tookMs = performance.now() - started;
    const { value, nextLink } = page.parse(JSON.parse(text));
    assert.equal(value.length, pageSize);
    next = nextLink === null ? path : nextLink.replace('https://management.azure.com', '');
    yield tookMs;
  }
}

/** Both clouds with so many machines, all of them protected items. Time stands still. */
async function startCloud(count: number): Promise<Cloud> {
  const simulator = await startSimulator({ scenario: await scenarioOf(count), speed: 0 });
  const identity = await fetch(
    `${simulator.url}/msi/token?resource=https://management.azure.com&api-version=2019-08-01`,
    {
      headers: { 'x-identity-header': 'bench' },
    },
  );
  const token = z.object({ access_token: z.string() }).parse(await identity.json()).access_token;
  const cloud = { simulator, token };
  await protectAll(cloud);
  return cloud;
}

async function scenarioOf(count: number): Promise<Scenario> {
  const demo = await loadScenario(fileURLToPath(new URL('../examples/demo.scenario.yaml', import.meta.url)));
  const unlimited = { burst: 1e9, perSecond: 1e9 };
  const [vpc] = demo.aws.vpcs;
  const generated = parseScenario(
    JSON.stringify({
      aws: {
        vpcs: [{ vpcId: vpc?.vpcId, cidr: '10.0.0.0/16' }],
        subnets: [{ subnetId: 'subnet-0a1b2c3d4e5f60001', vpcId: vpc?.vpcId, cidr: '10.0.0.0/16' }],
        generate: { count, subnetId: 'subnet-0a1b2c3d4e5f60001', guest: { agent: {} } },
      },
      azure: { subscriptionId: demo.azure.subscriptionId, tenantId: demo.azure.tenantId },
    }),
    'bench',
  );
  return {
    ...demo,
    aws: generated.aws,
    azure: { ...demo.azure, pageSize },
    rateLimits: { clock: 'simulated', reads: unlimited, writes: unlimited, deletes: unlimited },
  };
}

const machine = z.object({ id: z.string(), properties: z.object({ displayName: z.string() }) });
const named = z.object({ value: z.array(z.object({ name: z.string() })) });
const fabricShape = z.object({
  properties: z.object({
    customDetails: z.object({ processServers: z.array(z.object({ id: z.string() })) }),
  }),
});

async function protectAll(cloud: Cloud): Promise<void> {
  const fabric = `${vault}/replicationFabrics/vault-weu-vmwarefabric`;
  const version = 'api-version=2023-06-01';
  const { customDetails } = fabricShape.parse(await read(cloud, `${fabric}?${version}`)).properties;
  const container = named.parse(await read(cloud, `${fabric}/replicationProtectionContainers?${version}`))
    .value[0]?.name;
  const processServerId = customDetails.processServers[0]?.id;
  for (let next: string | null = machines; next !== null;) {
    const { value, nextLink } = page.parse(await read(cloud, next));
    for (const { id, properties } of z.array(machine).parse(value)) {
      const name = properties.displayName;
      const path = `${fabric}/replicationProtectionContainers/${container ?? ''}/replicationProtectedItems/${name}?${version}`;
      await send(cloud, path, enableBody(id, name, processServerId));
    }
    next = nextLink?.replace('https://management.azure.com', '') ?? null;
  }
  await fetch(`${cloud.simulator.url}/_portage/clock`, { method: 'POST', body: '{"skipMinutes":30}' });
}

function enableBody(
  fabricDiscoveryMachineId: string,
  targetVmName: string,
  processServerId: string | undefined,
): unknown {
  return {
    properties: {
      policyId: `${vault}/replicationPolicies/portage-24h`,
      providerSpecificDetails: {
        instanceType: 'InMageRcm',
        fabricDiscoveryMachineId,
        processServerId,
        targetVmName,
        targetResourceGroupId: `${subscription}/resourceGroups/rg-payroll`,
        targetNetworkId: `${subscription}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-prod`,
        disksDefault: {
          diskType: 'Premium_LRS',
          logStorageAccountId: `${group}/Microsoft.Storage/storageAccounts/stcacheweu`,
        },
      },
    },
  };
}

async function read(cloud: Cloud, path: string): Promise<unknown> {
  const response = await fetch(`${cloud.simulator.url}${path}`, {
    headers: { authorization: `Bearer ${cloud.token}` },
  });
  assert.equal(response.status, 200, path);
  return response.json();
}

async function send(cloud: Cloud, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${cloud.simulator.url}${path}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${cloud.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 202, await response.text());
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
