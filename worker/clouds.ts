import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ComputeManagementClient } from '@azure/arm-compute';
import { NetworkManagementClient } from '@azure/arm-network';
import { RecoveryServicesClient } from '@azure/arm-recoveryservices';
import { SiteRecoveryManagementClient } from '@azure/arm-recoveryservices-siterecovery';
import { ResourceManagementClient } from '@azure/arm-resources';
import { StorageManagementClient } from '@azure/arm-storage';
import { DefaultAzureCredential } from '@azure/identity';
import type { AzureClients, Clouds } from '../activities/index.ts';
import { armHost, armHttpClient } from './arm-http-client.ts';
import { armReader } from './arm-reader.ts';
import type { CloudOptions } from './cloud-options.ts';
import { isLoopback } from './config.ts';
import { unsafeAddress } from './unsafe-address.ts';

const userAgent = 'portage';

/**
 * Builds the clients of both clouds, each when it is first asked for. Credentials come from the clouds' own chains.
 * No client retries by itself: Temporal does.
 */
export function connectClouds(options: CloudOptions): Clouds {
  const credential = new DefaultAzureCredential({ retryOptions: { maxRetries: 0 } });
  const httpClient = armHttpClient(options);
  return {
    ec2: remembered((region) => ec2Client(region, options)),
    ssm: remembered((region) => ssmClient(region, options)),
    azure: remembered((subscriptionId) => azureClients(credential, subscriptionId, httpClient, options)),
  };
}

function awsOptions(region: string, { requestTimeoutMs }: CloudOptions) {
  return {
    region,
    maxAttempts: 1,
    customUserAgent: userAgent,
    requestHandler: {
      requestTimeout: requestTimeoutMs,
      connectionTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: requestTimeoutMs,
    },
  };
}

function ec2Client(region: string, options: CloudOptions): EC2Client {
  const client = new EC2Client(awsOptions(region, options));
  client.middlewareStack.add(guard(options), beforeTheWire);
  return client;
}

function ssmClient(region: string, options: CloudOptions): SSMClient {
  const client = new SSMClient(awsOptions(region, options));
  client.middlewareStack.add(guard(options), beforeTheWire);
  return client;
}

const beforeTheWire = { step: 'finalizeRequest', priority: 'low', name: 'refuseUnsafeRequest' } as const;

/** Lets no credential go in the clear, and no effect that comes too late. */
function guard({ beforeEffect }: CloudOptions) {
  return <Args extends { readonly request: unknown; readonly input: object }, Result>(
      next: (args: Args) => Promise<Result>,
      { commandName = '' }: { readonly commandName?: string },
    ) =>
    async (args: Args): Promise<Result> => {
      refusePlainHttp(args.request);
      if (!isRead(commandName, args.input)) beforeEffect();
      return next(args);
    };
}

/** A dry run asks for permission only. */
function isRead(commandName: string, input: object): boolean {
  return /^(Describe|Get|List)/.test(commandName) || ('DryRun' in input && input.DryRun === true);
}

/** An endpoint may come from the environment or a profile: plain http is for a simulator on loopback only. */
function refusePlainHttp(request: unknown): void {
  if (typeof request !== 'object' || request === null || !('protocol' in request) || !('hostname' in request))
    return;
  if (request.protocol === 'https:' || isLoopback(String(request.hostname))) return;
  throw unsafeAddress(
    `An AWS endpoint is plain http on ${String(request.hostname)}: only a loopback address may be`,
  );
}

function azureClients(
  credential: DefaultAzureCredential,
  subscriptionId: string,
  httpClient: ReturnType<typeof armHttpClient>,
  { armEndpoint }: CloudOptions,
): AzureClients {
  const origin = armHost(armEndpoint);
  const shared = {
    endpoint: origin,
    httpClient,
    retryOptions: { maxRetries: 0 },
    userAgentOptions: { userAgentPrefix: userAgent },
  };
  const scoped = { ...shared, credentials: { scopes: [`${origin}/.default`] } };
  return {
    siteRecovery: new SiteRecoveryManagementClient(credential, subscriptionId, shared),
    vaults: new RecoveryServicesClient(credential, subscriptionId, scoped),
    resources: new ResourceManagementClient(credential, subscriptionId, scoped),
    network: new NetworkManagementClient(credential, subscriptionId, scoped),
    storage: new StorageManagementClient(credential, subscriptionId, scoped),
    authorization: new AuthorizationManagementClient(credential, subscriptionId, scoped),
    compute: new ComputeManagementClient(credential, subscriptionId, scoped),
    arm: armReader(credential, origin, shared),
  };
}

function remembered<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
