import type {
  EnableProtectionInput,
  Fabric,
  PolicyProperties,
  ReplicationProtectedItem,
  UnplannedFailoverInput,
} from '@azure/arm-recoveryservices-siterecovery';
import type { Environment, VmPlan } from '../../plan/index.ts';
import type { AzureClients } from '../clouds.ts';

/** A server that sends a machine's data to Azure: a replication appliance or a process server. */
export interface ReplicationServer {
  readonly id: string;
  readonly name: string;
  /** Why it should not be relied upon now; empty when it is well. */
  readonly complaints: readonly string[];
}

/** Where in a vault a machine's replication lives, looked up once in preflight and passed on. */
export interface ReplicationSetting {
  readonly fabric: string;
  readonly container: string;
  readonly policyId: string;
  /** ARM id of the place that lists the machines which somebody made known to Site Recovery. */
  readonly siteId: string;
  readonly servers: readonly { readonly id: string; readonly name: string }[];
}

/** A source machine that Site Recovery knows of but does not protect yet. */
export interface DiscoveredMachine {
  readonly id: string;
  readonly displayName: string;
  readonly osName: string;
  readonly serverId: string;
}

/** What a protected item says of itself, the same for every provider. */
export interface ItemDetails {
  /** What the item's jobs name as their target (recorded). */
  readonly internalId: string;
  readonly osType: string;
  /** Initial replication in percent; absent before it starts and once it is done: it never shows 100 (recorded). */
  readonly initialReplicationPercent: number | undefined;
  readonly resyncRequired: boolean;
  /** ARM ids of the managed disks that the migrated VM gets; empty until Site Recovery has made them. */
  readonly targetDiskIds: readonly string[];
}

/** How a replication policy makes and keeps recovery points, in minutes; `undefined` what it does not tell. */
export interface PolicyMinutes {
  readonly recoveryPoints: number | undefined;
  readonly crashConsistent: number | undefined;
  readonly appConsistent: number | undefined;
}

/**
 * All that differs between Site Recovery's providers for physical machines. A third provider is one more file that
 * satisfies this, and one more line in `providers.ts`.
 */
export interface ReplicationProvider {
  /** The discriminator of this provider's fabrics, items and inputs. Its case matters: SDK 5.1.0 drops every field behind a wrong one. */
  readonly instanceType: string;
  /** The servers of a fabric, from its GET body (a LIST body has none, recorded). */
  servers(fabric: Fabric): readonly ReplicationServer[];
  /** ARM id of the place where this fabric's machines appear. */
  siteId(fabric: Fabric): string | undefined;
  /** The machines known at that site under this address. */
  discovered(
    azure: AzureClients,
    setting: ReplicationSetting,
    privateIp: string,
  ): Promise<readonly DiscoveredMachine[]>;
  /** What a person must do so that a missing machine appears there. */
  howToAdd(environment: Environment, address: string): string;
  policy(policy: PolicyProperties): PolicyMinutes;
  enableInput(vm: VmPlan, setting: ReplicationSetting, machine: DiscoveredMachine): EnableProtectionInput;
  failoverInput(): UnplannedFailoverInput;
  details(item: ReplicationProtectedItem): ItemDetails;
}
