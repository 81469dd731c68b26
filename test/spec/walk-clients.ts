import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ComputeManagementClient } from '@azure/arm-compute';
import { NetworkManagementClient } from '@azure/arm-network';
import { RecoveryServicesClient } from '@azure/arm-recoveryservices';
import { SiteRecoveryManagementClient } from '@azure/arm-recoveryservices-siterecovery';
import { ResourceManagementClient } from '@azure/arm-resources';
import { StorageManagementClient } from '@azure/arm-storage';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { ledTo, managedIdentity, subscriptionId, type Ending } from '../simulator-world.ts';
import type { RecordedClouds } from './recorded-clouds.ts';

/** Real clients of everything that a migration speaks to, led to simulated clouds. */
export interface Clients {
  readonly siteRecovery: SiteRecoveryManagementClient;
  readonly vaults: RecoveryServicesClient;
  readonly resources: ResourceManagementClient;
  readonly storage: StorageManagementClient;
  readonly network: NetworkManagementClient;
  readonly compute: ComputeManagementClient;
  readonly authorization: AuthorizationManagementClient;
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
  /** A GET below the SDKs, for what no package has. */
  readonly get: (path: string) => Promise<unknown>;
  readonly skip: (minutes: number) => Promise<void>;
}

export function clientsFor(t: Ending, { url, control }: RecordedClouds): Clients {
  const credential = managedIdentity(t, url);
  const options = { httpClient: ledTo(url), retryOptions: { maxRetries: 0 } };
  const aws = {
    endpoint: url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'not-a-secret' },
    maxAttempts: 1,
  };
  const ec2 = new EC2Client(aws);
  const ssm = new SSMClient(aws);
  t.after(() => {
    ec2.destroy();
    ssm.destroy();
  });
  return {
    siteRecovery: new SiteRecoveryManagementClient(credential, subscriptionId, options),
    vaults: new RecoveryServicesClient(credential, subscriptionId, options),
    resources: new ResourceManagementClient(credential, subscriptionId, options),
    storage: new StorageManagementClient(credential, subscriptionId, options),
    network: new NetworkManagementClient(credential, subscriptionId, options),
    compute: new ComputeManagementClient(credential, subscriptionId, options),
    authorization: new AuthorizationManagementClient(credential, subscriptionId, options),
    ec2,
    ssm,
    get: async (path) => {
      const token = await credential.getToken('https://management.azure.com/.default');
      const response = await fetch(`${url}${path}`, {
        headers: { authorization: `Bearer ${token?.token ?? ''}` },
      });
      return response.json();
    },
    skip: async (skipMinutes) => {
      await control('POST', 'clock', { skipMinutes });
    },
  };
}

/** Reads every page. */
export async function all<Element>(list: AsyncIterable<Element>): Promise<readonly Element[]> {
  const elements: Element[] = [];
  for await (const element of list) elements.push(element);
  return elements;
}

/** A promise that must be refused. */
export async function refused(promise: Promise<unknown>): Promise<void> {
  const answer = await promise.then(
    () => 'accepted',
    () => 'refused',
  );
  if (answer === 'accepted') throw new Error('accepted what is to be refused');
}
