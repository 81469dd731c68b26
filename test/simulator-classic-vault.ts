import type {
  EnableProtectionInput,
  Fabric,
  InMageAzureV2EnableProtectionInput,
  InMageAzureV2ReplicationDetails,
  ProtectableItem,
  ReplicationProtectedItem,
  VMwareDetails,
  VMwareVirtualMachineDetails,
} from '@azure/arm-recoveryservices-siterecovery';
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Scenario } from '../simulator/index.ts';
import { vaultSchema } from '../simulator/arm/site-recovery/vault-section.ts';
import { inVault, network } from './simulator-item.ts';
import { demoScenario, startWorld, subscription, vault, type World } from './simulator-world.ts';

const cache = `${subscription}/resourceGroups/rg-migration/providers/Microsoft.Storage/storageAccounts/stcacheweu`;
/** Pollers of the SDK wait in real time. */
export const quick = { updateIntervalInMs: 5 };

/** The demo's clouds, whose vault has a configuration server besides. */
export async function classicScenario(server: object = {}): Promise<Scenario> {
  const scenario = await demoScenario();
  const [modernized] = scenario.azure.vaults;
  const both = vaultSchema.parse({
    ...modernized,
    policies: [...(modernized?.policies ?? []), { name: 'classic-24h', provider: 'classic' }],
    configurationServers: [
      {
        name: 'CS01',
        ipAddress: '10.0.1.20',
        runAsAccounts: ['root', 'windows-admin'],
        mapping: { name: 'classic-24h', policy: 'classic-24h' },
        ...server,
      },
    ],
  });
  return { ...scenario, azure: { ...scenario.azure, vaults: [both] } };
}

/** A vault's classic fabric, spoken to with the real SDK. */
export class ClassicVault {
  readonly world: World;
  readonly fabric: Fabric;
  readonly container: readonly [string, string, string, string];

  private constructor(world: World, fabric: Fabric) {
    this.world = world;
    this.fabric = fabric;
    const container = `cloud_${fabric.properties?.internalIdentifier ?? ''}`;
    this.container = [...inVault, fabric.name ?? '', container];
  }

  static async start(
    t: TestContext,
    options: {
      readonly server?: object;
      readonly speed?: number;
      readonly change?: (scenario: Scenario) => Scenario;
    } = {},
  ): Promise<ClassicVault> {
    const { server, speed = 0, change = (same: Scenario) => same } = options;
    const world = await startWorld(t, { scenario: change(await classicScenario(server)), speed });
    for await (const fabric of world.siteRecovery.replicationFabrics.list(...inVault)) {
      if (fabric.properties?.customDetails?.instanceType === 'VMware') return new ClassicVault(world, fabric);
    }
    throw new Error('the vault has no classic fabric');
  }

  async details(): Promise<VMwareDetails> {
    const fabric = await this.world.siteRecovery.replicationFabrics.get(...inVault, this.container[2]);
    const details = fabric.properties?.customDetails;
    assert.ok(details !== undefined && isVmware(details));
    return details;
  }

  /** Adds a machine by its address; the job must go well. */
  async discover(friendlyName: string, ipAddress: string): Promise<ProtectableItem> {
    const [, , fabric, container] = this.container;
    const path = `${vault}/replicationFabrics/${fabric}/replicationProtectionContainers/${container}/discoverProtectableItem`;
    const response = await this.world.arm('POST', `${path}?api-version=2023-06-01`, {
      properties: { friendlyName, ipAddress, osType: 'Windows' },
    });
    assert.equal(response.status, 202, JSON.stringify(response.body));
    await this.world.skip(1);
    const found = (await this.protectableItems()).find(
      ({ properties }) => properties?.friendlyName === friendlyName,
    );
    assert.ok(found !== undefined, `${friendlyName} is not listed`);
    return found;
  }

  async protectableItems(): Promise<ProtectableItem[]> {
    const found = [];
    const { replicationProtectableItems } = this.world.siteRecovery;
    for await (const item of replicationProtectableItems.listByReplicationProtectionContainers(
      ...this.container,
    ))
      found.push(item);
    return found;
  }

  item(name: string): Promise<ReplicationProtectedItem> {
    return this.world.siteRecovery.replicationProtectedItems.get(...this.container, name);
  }

  async itemDetails(name: string): Promise<InMageAzureV2ReplicationDetails> {
    const details = (await this.item(name)).properties?.providerSpecificDetails;
    assert.ok(details !== undefined && isAzureV2(details));
    return details;
  }

  /** What an enable request for a protectable item says. */
  async enableBody(
    { id, properties }: ProtectableItem,
    change: Record<string, unknown> = {},
  ): Promise<EnableProtectionInput> {
    const server = (await this.details()).processServers?.[0]?.id ?? '';
    const machine = properties?.customDetails;
    assert.ok(machine !== undefined && isVmwareMachine(machine));
    const details = {
      instanceType: 'InMageAzureV2' as const,
      masterTargetId: server,
      processServerId: server,
      runAsAccountId: '2',
      disksToInclude: disksOf(machine).map((diskId) => ({
        diskId,
        logStorageAccountId: cache,
        diskType: 'Premium_LRS',
      })),
      logStorageAccountId: cache,
      targetAzureNetworkId: `${network}/vnet-prod`,
      targetAzureSubnetId: 'servers',
      enableRdpOnTargetOption: 'Never',
      targetAzureVmName: 'db-01',
      targetVmSize: 'Standard_D2s_v5',
      targetAzureV2ResourceGroupId: `${subscription}/resourceGroups/rg-payroll`,
      ...change,
    };
    return {
      properties: {
        policyId: `${vault}/replicationPolicies/classic-24h`,
        protectableItemId: id ?? '',
        providerSpecificDetails: details,
      },
    };
  }

  async enable(name: string, item: ProtectableItem, change: Record<string, unknown> = {}): Promise<void> {
    const body = await this.enableBody(item, change);
    await this.world.siteRecovery.replicationProtectedItems.beginCreate(...this.container, name, body, quick);
  }

  /** Known, enabled, copied, with its first recovery point. */
  async becomeProtected(name: string, change: Record<string, unknown> = {}): Promise<void> {
    await this.enable(name, await this.discover('db-01', '10.0.1.11'), change);
    await this.world.skip(180);
    assert.equal((await this.item(name)).properties?.protectionState, 'Protected');
  }

  /** Begins an operation of an item. @returns the job's name. */
  async begin(name: string, action: string, body?: unknown): Promise<string> {
    const [, , fabric, container] = this.container;
    const item = `${vault}/replicationFabrics/${fabric}/replicationProtectionContainers/${container}/replicationProtectedItems/${name}`;
    const response = await this.world.arm('POST', `${item}/${action}?api-version=2023-06-01`, body);
    assert.equal(response.status, 202, JSON.stringify(response.body));
    const link = response.headers.get('azure-asyncoperation') ?? '';
    return /replicationOperationStatus\/([^?]+)/.exec(link)?.[1] ?? '';
  }
}

/** What a failover request of the classic provider says (recorded). */
export const classicFailover = {
  properties: {
    failoverDirection: 'PrimaryToRecovery',
    sourceSiteOperations: 'NotRequired',
    providerSpecificDetails: { instanceType: 'InMageAzureV2' },
  },
} as const;

function disksOf({ diskDetails }: VMwareVirtualMachineDetails): string[] {
  return (diskDetails ?? []).map(({ diskId }) => diskId ?? '');
}

export function isVmware(details: { instanceType: string }): details is VMwareDetails {
  return details.instanceType === 'VMware';
}

export function isVmwareMachine(details: { instanceType: string }): details is VMwareVirtualMachineDetails {
  return details.instanceType === 'VMwareVirtualMachine';
}

export function isAzureV2(details: { instanceType: string }): details is InMageAzureV2ReplicationDetails {
  return details.instanceType === 'InMageAzureV2';
}

export function isAzureV2Input(details: {
  instanceType: string;
}): details is InMageAzureV2EnableProtectionInput {
  return details.instanceType === 'InMageAzureV2';
}
