import type {
  EnableProtectionInput,
  InMageRcmReplicationDetails,
  Job,
  ReplicationProtectedItem,
} from '@azure/arm-recoveryservices-siterecovery';
import assert from 'node:assert/strict';
import { site, subscription, vault, type World } from './simulator-world.ts';

/** Where the demo's vault is, as the SDK takes it. */
export const inVault = ['vault-weu', 'rg-migration'] as const;
export const fabric = 'vault-weu-vmwarefabric';
const cache = `${subscription}/resourceGroups/rg-migration/providers/Microsoft.Storage/storageAccounts/stcacheweu`;
export const network = `${subscription}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks`;

/** One machine's protected item, driven through the real SDK. */
export class Item {
  readonly world: World;
  readonly name: string;
  readonly address: readonly [string, string, string, string, string];

  private constructor(world: World, name: string, container: string) {
    this.world = world;
    this.name = name;
    this.address = [...inVault, fabric, container, name];
  }

  static async named(world: World, name: string): Promise<Item> {
    return new Item(world, name, await containerName(world));
  }

  get path(): string {
    const [, , , container] = this.address;
    return `${vault}/replicationFabrics/${fabric}/replicationProtectionContainers/${container}/replicationProtectedItems/${this.name}`;
  }

  get(): Promise<ReplicationProtectedItem> {
    return this.world.siteRecovery.replicationProtectedItems.get(...this.address);
  }

  /** Begins to enable replication of the machine with this address. @returns the job's name. */
  async enable(privateIp: string, change: Record<string, unknown> = {}): Promise<string> {
    const body = await enableBody(this.world, privateIp, change);
    return this.begin('PUT', '', body);
  }

  /** Begins an operation; the answer must be a 202 that names its job. */
  async begin(method: string, action: string, body?: unknown): Promise<string> {
    const response = await this.world.arm(method, `${this.path}${action}?api-version=2023-06-01`, body);
    assert.equal(response.status, 202, JSON.stringify(response.body));
    const link = response.headers.get('azure-asyncoperation') ?? '';
    return /replicationOperationStatus\/([^?]+)/.exec(link)?.[1] ?? '';
  }

  job(name: string): Promise<Job> {
    return this.world.siteRecovery.replicationJobs.get(...inVault, name);
  }

  async details(): Promise<InMageRcmReplicationDetails> {
    const details = (await this.get()).properties?.providerSpecificDetails;
    assert.ok(details !== undefined && isInMageRcm(details));
    return details;
  }

  /** Enabled, copied, with its first recovery point. */
  async becomeProtected(privateIp: string, change: Record<string, unknown> = {}): Promise<void> {
    await this.enable(privateIp, change);
    await this.world.skip(180);
    assert.equal((await this.get()).properties?.protectionState, 'Protected');
  }

  failOver(): Promise<string> {
    return this.begin('POST', '/unplannedFailover', failoverBody());
  }
}

/** The body of an enable request for the machine with this address. */
export async function enableBody(
  world: World,
  privateIp: string,
  change: Record<string, unknown> = {},
): Promise<EnableProtectionInput> {
  const machine = await machineWith(world, privateIp);
  const details = {
    instanceType: 'InMageRcm' as const,
    fabricDiscoveryMachineId: machine,
    processServerId: await applianceId(world),
    targetResourceGroupId: `${subscription}/resourceGroups/rg-payroll`,
    targetNetworkId: `${network}/vnet-prod`,
    targetSubnetName: 'servers',
    testNetworkId: `${network}/vnet-test`,
    testSubnetName: 'isolated',
    targetVmName: 'db-01',
    targetVmSize: 'Standard_D2s_v5',
    disksDefault: { diskType: 'Premium_LRS', logStorageAccountId: cache },
    ...change,
  };
  return {
    properties: { policyId: `${vault}/replicationPolicies/portage-24h`, providerSpecificDetails: details },
  };
}

export function failoverBody(details: Record<string, unknown> = {}): unknown {
  return {
    properties: {
      failoverDirection: 'PrimaryToRecovery',
      sourceSiteOperations: 'NotRequired',
      providerSpecificDetails: { instanceType: 'InMageRcm', performShutdown: 'false', ...details },
    },
  };
}

/** The OffAzure machine that the appliance found at this address; looked for on every page. */
export async function machineWith(world: World, privateIp: string): Promise<string> {
  for (let next = `${site}/machines?api-version=2023-06-06`; next !== 'null';) {
    const { body } = await world.arm('GET', next.replace('https://management.azure.com', ''));
    const found = values(body).find((machine) => JSON.stringify(machine).includes(`"${privateIp}"`));
    if (found !== undefined) return String(property(found, 'id'));
    next = String(property(body, 'nextLink'));
  }
  return 'undefined';
}

/** The `value` of a list. */
export function values(body: unknown): unknown[] {
  const list = property(body, 'value');
  assert.ok(Array.isArray(list));
  return list;
}

/** What lies at a path in a JSON body. */
export function property(body: unknown, ...path: readonly (string | number)[]): unknown {
  let value = body;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
  }
  return value;
}

async function containerName(world: World): Promise<string> {
  for await (const { name } of world.siteRecovery.replicationProtectionContainers.list(...inVault))
    return name ?? '';
  throw new Error('The vault has no container');
}

async function applianceId(world: World): Promise<string> {
  const { body } = await world.arm('GET', `${vault}/replicationFabrics/${fabric}?api-version=2023-06-01`);
  return String(property(body, 'properties', 'customDetails', 'processServers', 0, 'id'));
}

function isInMageRcm(details: { instanceType: string }): details is InMageRcmReplicationDetails {
  return details.instanceType === 'InMageRcm';
}
