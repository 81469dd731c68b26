import type { EC2Client } from '@aws-sdk/client-ec2';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { AuthorizationManagementClient } from '@azure/arm-authorization';
import type { ComputeManagementClient } from '@azure/arm-compute';
import type { NetworkManagementClient } from '@azure/arm-network';
import type { RecoveryServicesClient } from '@azure/arm-recoveryservices';
import type { SiteRecoveryManagementClient } from '@azure/arm-recoveryservices-siterecovery';
import type { ResourceManagementClient } from '@azure/arm-resources';
import type { StorageManagementClient } from '@azure/arm-storage';
import type { Client } from '@temporalio/client';

/** Reads ARM resources that have no SDK client among ours: the machines of a server site. */
export interface ArmReader {
  /**
   * The resource's JSON.
   * @param id ARM id.
   * @throws RestError with `statusCode` 404 where it does not exist.
   */
  get(id: string, apiVersion: string): Promise<unknown>;
  /** Every element of a paged list, page after page as it is consumed. */
  list(id: string, apiVersion: string): AsyncIterable<unknown>;
}

/** The clients of one Azure subscription. None of them retries by itself: Temporal does. */
export interface AzureClients {
  readonly siteRecovery: SiteRecoveryManagementClient;
  readonly vaults: RecoveryServicesClient;
  readonly resources: ResourceManagementClient;
  readonly network: NetworkManagementClient;
  readonly storage: StorageManagementClient;
  readonly authorization: AuthorizationManagementClient;
  readonly compute: ComputeManagementClient;
  readonly arm: ArmReader;
}

/** Both clouds, as the composition root hands them to the activities. */
export interface Clouds {
  ec2(region: string): EC2Client;
  ssm(region: string): SSMClient;
  azure(subscriptionId: string): AzureClients;
}

/** Everything that the activities are given. */
export interface ActivityDeps {
  readonly clouds: Clouds;
  readonly temporal: Client;
  /** How long to wait before looking again at something that is not there yet. */
  readonly pollIntervalMs: number;
  /** How long to wait before looking again whether somebody has started a migrated source. */
  readonly watchIntervalMs: number;
  /** The value of a secret that a plan names, `{ env: NAME }`. Throws where there is none. */
  readonly secret: (name: string) => string;
  /** Durations that workflows keep to; they get them through the activity `readTiming`. */
  readonly timing: Timing;
}

/** How long workflows try, in milliseconds. */
export interface Timing {
  /** One attempt of an activity. Keep it short: an attempt whose answer is lost waits it out. */
  readonly attemptMs: number;
  /** All attempts of one step, before it asks for a person. */
  readonly stepMs: number;
  /** Validation of a migrated VM, until it counts as failed. */
  readonly validationMs: number;
  /** One run command on an Azure VM, until nothing counts as known of what it was to tell: its agent cannot be reached. */
  readonly runCommandMs: number;
  /** How long something that a cloud has accepted may take to show there: waited for before anything is undone on the strength of not seeing it. */
  readonly settleMs: number;
}
