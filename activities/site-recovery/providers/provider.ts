import type {
  ApplyRecoveryPointInput,
  CreatePolicyInput,
  CreateProtectionContainerMappingInput,
  EnableProtectionInput,
  Fabric,
  PolicyProperties,
  RecoveryPlanProviderSpecificFailoverInputUnion,
  ReplicationProtectedItem,
  TestFailoverInput,
  UnplannedFailoverInput,
  UpdateReplicationProtectedItemInput,
} from '@azure/arm-recoveryservices-siterecovery';
import type { OperationOptions } from '@azure/core-client';
import type { Environment, VmPlan } from '../../../plan/index.ts';
import type { AzureClients } from '../../clouds.ts';
import type { AgentSetup, ServerSetup } from './setup.ts';

/** A server that sends machines' data to Azure: a replication appliance, or a process server of a configuration server. */
export interface ReplicationServer {
  readonly id: string;
  readonly name: string;
  /** Addresses that the machines reach it at. */
  readonly addresses: readonly string[];
  /** Machines that it replicates now. */
  readonly machines: number;
  /** What comes through it now, in bytes a day. */
  readonly bytesPerDay: number;
  /** Master target that writes what it sends, where there is one beside it. */
  readonly masterTargetId?: string;
  /** Why it should not be relied upon now; empty when it is well. */
  readonly complaints: readonly string[];
}

/** An account that the servers install the Mobility service with, as somebody added it there. */
export interface RunAsAccount {
  readonly id: string;
  /** Its friendly name. */
  readonly name: string;
}

/** Where in a vault a machine's replication lives, looked up once in preflight and passed on. */
export interface ReplicationSetting {
  readonly fabric: string;
  readonly container: string;
  readonly policyId: string;
  /** ARM id of the place that lists the machines which somebody made known to Site Recovery, where the vault has one. */
  readonly siteId?: string;
  /** The environment's run-as account, by its id. */
  readonly accountId?: string;
  readonly servers: readonly { readonly id: string; readonly name: string }[];
}

/** A source machine that Site Recovery knows of but does not protect yet. */
export interface DiscoveredMachine {
  readonly id: string;
  readonly displayName: string;
  readonly osName: string;
  /** The servers that see it, by name. Empty: any of them does. */
  readonly seenBy: readonly string[];
  /** Its disks, as far as they are known before the Mobility service has told. */
  readonly disks: readonly { readonly id: string; readonly bytes: number }[];
}

/** What making a machine known to Site Recovery needs. */
export interface Discovery {
  /** Unique in the vault: what its job is found by. */
  readonly name: string;
  readonly privateIp: string;
  readonly osType: 'Windows' | 'Linux';
}

/** How a machine becomes known to Site Recovery: a call does it, or only a person on the server can. */
export type DiscoveryBy =
  | {
      readonly by: 'call';
      /** As its jobs name it. */
      readonly scenario: string;
      send(
        azure: AzureClients,
        environment: Environment,
        setting: ReplicationSetting,
        machine: Discovery,
        options: OperationOptions,
      ): Promise<unknown>;
    }
  | {
      readonly by: 'person';
      /** Every address at which the servers of a site have found a machine. */
      addresses(azure: AzureClients, siteId: string): Promise<ReadonlySet<string>>;
    };

/** What a protected item says of itself, the same for every provider. */
export interface ItemDetails {
  /** What the item's jobs name as their target, and recovery plans as its machine (recorded). */
  readonly internalId: string;
  /** Address of the source machine; `''` where the item does not tell. */
  readonly sourceIp: string;
  readonly osType: string;
  /** Initial replication in percent; absent before it starts and once it is done: it never shows 100 (recorded). */
  readonly initialReplicationPercent: number | undefined;
  readonly resyncRequired: boolean;
  /** ARM ids of the managed disks that the migrated VM gets; empty until Site Recovery has made them. */
  readonly targetDiskIds: readonly string[];
  /** ARM ids of the managed disks that replication copies into, as far as the item names them. */
  readonly seedDiskIds: readonly string[];
  /** What of its data is not in a recovery point yet; absent where the item does not tell. */
  readonly pending: PendingData | undefined;
  /** When its agent was last heard, by the service's clock. ISO 8601. */
  readonly agentHeardAt: string | undefined;
  /** Its disks with their sizes in bytes, all that will be in Azure; empty where the item does not tell. */
  readonly protectedDiskBytes: readonly number[];
}

/** Data on its way from a source to Azure, in MB. */
export interface PendingData {
  /** Has not left the source's side. */
  readonly atSource: number;
  /** In Azure, and not in a recovery point yet. */
  readonly inLogStore: number;
}

/** What a failover will make of an item, as the item shows it; `''` where Azure chooses. */
export interface TargetSettings {
  readonly vmName: string;
  readonly size: string;
  readonly networkId: string;
  readonly testNetworkId: string;
  /** Empty until the Mobility service has told the machine's interfaces. */
  readonly interfaces: readonly TargetInterface[];
}

/** One of the source's interfaces, and what becomes of it. Addresses are `''` where Azure assigns them. */
export interface TargetInterface {
  /** The source's MAC address (recorded). */
  readonly id: string;
  /** Its address at the source; `''` where the item does not tell. */
  readonly sourceIp: string;
  readonly isPrimary: boolean;
  /** Whether the migrated VM gets it at all. */
  readonly isSelected: boolean;
  readonly subnet: string;
  readonly privateIp: string;
  readonly testSubnet: string;
  readonly testPrivateIp: string;
}

/** How long a replication policy keeps recovery points, and how often it takes each kind, in minutes; 0: never. */
export interface PolicyMinutes {
  readonly recoveryPoints: number;
  readonly crashConsistent: number;
  readonly appConsistent: number;
}

/**
 * All that differs between Site Recovery's providers for physical machines, and nothing else: whatever works alike for
 * all of them stands outside this folder. A provider is a file that satisfies this, and a line in `providers.ts`.
 */
export interface ReplicationProvider {
  /** The discriminator of this provider's items and inputs. Its case matters: SDK 5.1.0 drops every field behind a wrong one. */
  readonly instanceType: string;
  /** The discriminator of its fabrics. */
  readonly fabricType: string;
  /** What people call its servers. */
  readonly serverKind: string;
  /** The finding that says how to move on, where the service has given the provider up. */
  readonly retired?: { readonly code: string; readonly message: string; readonly suggestion: string };

  /** What makes such a server of an instance. */
  readonly server: ServerSetup;
  /** What a machine's Mobility service is told. */
  readonly agent: AgentSetup;

  /**
   * The servers of a fabric with everything that speaks against each.
   * @param fabric from its GET body: a LIST body may have none (recorded).
   * @param now by the service's own clock.
   */
  servers(fabric: Fabric, now: Date): readonly ReplicationServer[];
  /** ARM id of the place where this fabric's machines appear, where it has one. */
  siteId(fabric: Fabric): string | undefined;
  /** The run-as accounts that its servers know. */
  accounts(azure: AzureClients, fabric: Fabric): Promise<readonly RunAsAccount[]>;

  readonly discovery: DiscoveryBy;
  /** The machines that are known under this address. */
  discovered(
    azure: AzureClients,
    environment: Environment,
    setting: ReplicationSetting,
    privateIp: string,
  ): Promise<readonly DiscoveredMachine[]>;

  /** What a policy in the vault says; `undefined` what it does not tell. */
  policy(policy: PolicyProperties): { readonly [Name in keyof PolicyMinutes]: number | undefined };
  policyInput(minutes: PolicyMinutes): CreatePolicyInput;
  /** Associates a policy, by its ARM id, with a container. */
  mappingInput(policyId: string): CreateProtectionContainerMappingInput;

  enableInput(
    vm: VmPlan,
    setting: ReplicationSetting,
    machine: DiscoveredMachine,
    server: ReplicationServer,
  ): EnableProtectionInput;
  targetSettings(item: ReplicationProtectedItem): TargetSettings;
  /** All of the settings, since what a PATCH leaves out of an interface is reset. */
  targetInput(vm: VmPlan, settings: TargetSettings): UpdateReplicationProtectedItemInput;
  /** @param recoveryPointId ARM id; absent: the latest, made of all that has left the source. */
  failoverInput(recoveryPointId?: string): UnplannedFailoverInput;
  /** Makes the VM of a failover anew, from another recovery point. */
  applyRecoveryPointInput(recoveryPointId: string): ApplyRecoveryPointInput;
  /** @param networkId ARM id of the test network. */
  testFailoverInput(networkId: string): TestFailoverInput;
  /** Its part of the failover of a recovery plan, to the latest recovery point of each machine. */
  planFailoverInput(): RecoveryPlanProviderSpecificFailoverInputUnion;
  details(item: ReplicationProtectedItem): ItemDetails;
}

/** Only a push installation logs in: credentials and an agent that registered by itself must never be mixed (documented). */
export function pushAccount(vm: VmPlan, { accountId }: ReplicationSetting): { runAsAccountId?: string } {
  return vm.mobility === 'push' && accountId !== undefined ? { runAsAccountId: accountId } : {};
}
