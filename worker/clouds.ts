import { EC2Client } from '@aws-sdk/client-ec2';
import { ComputeManagementClient } from '@azure/arm-compute';
import { SiteRecoveryManagementClient } from '@azure/arm-recoveryservices-siterecovery';
import { DefaultAzureCredential } from '@azure/identity';
import { refuseWhenTooLate, type AzureClients, type Clouds } from '../activities/index.ts';
import { armHost, armHttpClient } from './arm-http-client.ts';
import { armReader } from './arm-reader.ts';
import { isLoopback } from './config.ts';
import { unsafeAddress } from './unsafe-address.ts';

const userAgent = 'portage';

/** One request of a cloud's SDK, below an activity's attempt: it must end before the attempt does. */
export interface CloudOptions {
  readonly armEndpoint: URL;
  readonly requestTimeoutMs: number;
}

/**
 * Builds the clients of both clouds, each when it is first asked for. Credentials come from the clouds' own chains.
 * No client retries by itself: Temporal does.
 */
export function connectClouds(options: CloudOptions): Clouds {
  const credential = new DefaultAzureCredential({ retryOptions: { maxRetries: 0 } });
  const httpClient = armHttpClient(options.armEndpoint, options.requestTimeoutMs);
  return {
    ec2: remembered((region) => ec2Client(region, options)),
    azure: remembered((subscriptionId) => azureClients(credential, subscriptionId, httpClient, options)),
  };
}

function ec2Client(region: string, { requestTimeoutMs }: CloudOptions): EC2Client {
  const client = new EC2Client({
    region,
    maxAttempts: 1,
    customUserAgent: userAgent,
    requestHandler: {
      requestTimeout: requestTimeoutMs,
      connectionTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: requestTimeoutMs,
    },
  });
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        refusePlainHttp(args.request);
        if (!/^(Describe|Get)/.test(commandName)) refuseWhenTooLate();
        return next(args);
      },
    { step: 'finalizeRequest', priority: 'low', name: 'refuseUnsafeRequest' },
  );
  return client;
}

/** An endpoint may come from the environment or a profile: plain http is for a simulator on loopback only. */
function refusePlainHttp(request: unknown): void {
  if (typeof request !== 'object' || request === null || !('protocol' in request) || !('hostname' in request))
    return;
  if (request.protocol === 'https:' || isLoopback(String(request.hostname))) return;
  throw unsafeAddress(
    `EC2's endpoint is plain http on ${String(request.hostname)}: only a loopback address may be`,
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
  return {
    siteRecovery: new SiteRecoveryManagementClient(credential, subscriptionId, shared),
    compute: new ComputeManagementClient(credential, subscriptionId, {
      ...shared,
      credentials: { scopes: [`${origin}/.default`] },
    }),
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
