import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ComputeManagementClient } from '@azure/arm-compute';
import { NetworkManagementClient } from '@azure/arm-network';
import { RecoveryServicesClient } from '@azure/arm-recoveryservices';
import { SiteRecoveryManagementClient } from '@azure/arm-recoveryservices-siterecovery';
import { ResourceManagementClient } from '@azure/arm-resources';
import { StorageManagementClient } from '@azure/arm-storage';
import type { TokenCredential } from '@azure/core-auth';
import {
  createDefaultHttpClient,
  createPipelineRequest,
  isRestError,
  type HttpClient,
  type RestError,
} from '@azure/core-rest-pipeline';
import { ManagedIdentityCredential } from '@azure/identity';
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { azureSectionSchema } from '../simulator/arm/azure-section.ts';
import { loadScenario, startSimulator, type Scenario } from '../simulator/index.ts';

/** Both clouds as the demo has them, and the real SDKs' clients for them. Unless a speed is given, time stands still but for `skip`. */
export interface World {
  readonly url: string;
  readonly siteRecovery: SiteRecoveryManagementClient;
  readonly compute: ComputeManagementClient;
  readonly resources: ResourceManagementClient;
  readonly vaults: RecoveryServicesClient;
  readonly network: NetworkManagementClient;
  readonly storage: StorageManagementClient;
  readonly authorization: AuthorizationManagementClient;
  readonly credential: TokenCredential;
  /** A request below the SDKs: `path` may be anything. */
  arm(method: string, path: string, body?: unknown): Promise<ArmResponse>;
  /** A control path of the simulator. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Lets simulated time pass. */
  skip(minutes: number): Promise<void>;
}

export interface ArmResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export const subscriptionId = '11111111-2222-3333-4444-555555555555';
export const subscription = `/subscriptions/${subscriptionId}`;
export const vault = `${subscription}/resourceGroups/rg-migration/providers/Microsoft.RecoveryServices/vaults/vault-weu`;
export const site = `${subscription}/resourceGroups/rg-migration/providers/Microsoft.OffAzure/ServerSites/portage-site`;

/** A test, or a file of tests, with an end at which something is taken down. */
export interface Ending {
  readonly after: (takeDown: () => void | Promise<void>) => void;
}

/** The demo's scenario. */
export function demoScenario(): Promise<Scenario> {
  return loadScenario(fileURLToPath(new URL('../examples/demo.scenario.yaml', import.meta.url)));
}

/** The demo's scenario with something else in its subscription. */
export async function withAzure(azure: object): Promise<Scenario> {
  const scenario = await demoScenario();
  return { ...scenario, azure: azureSectionSchema.parse({ ...scenario.azure, ...azure }) };
}

/** Everything that a list has. */
export async function all<Element>(list: AsyncIterable<Element>): Promise<Element[]> {
  const elements = [];
  for await (const element of list) elements.push(element);
  return elements;
}

/** What a test may want otherwise. */
export interface WorldOptions {
  readonly scenario?: Scenario;
  readonly speed?: number;
  readonly seed?: number;
}

/** Starts clouds of its own for one test; the test's end takes them down. */
export async function startWorld(t: TestContext, options: WorldOptions = {}): Promise<World> {
  const { scenario = await demoScenario(), speed = 0, seed = 1 } = options;
  const simulator = await startSimulator({ scenario, port: 0, speed, seed });
  t.after(() => simulator.close());
  const { url } = simulator;
  const credential = managedIdentity(t, url);
  const client = { httpClient: ledTo(url), retryOptions: { maxRetries: 0 } };
  const control = (method: string, path: string, body?: unknown): Promise<unknown> =>
    controlled(url, method, path, body);
  return {
    url,
    credential,
    siteRecovery: new SiteRecoveryManagementClient(credential, subscriptionId, client),
    compute: new ComputeManagementClient(credential, subscriptionId, client),
    resources: new ResourceManagementClient(credential, subscriptionId, client),
    vaults: new RecoveryServicesClient(credential, subscriptionId, client),
    network: new NetworkManagementClient(credential, subscriptionId, client),
    storage: new StorageManagementClient(credential, subscriptionId, client),
    authorization: new AuthorizationManagementClient(credential, subscriptionId, client),
    arm: (method, path, body) => raw(url, credential, method, path, body),
    control,
    skip: async (skipMinutes) => {
      await control('POST', 'clock', { skipMinutes });
    },
  };
}

/** The real credential class, led to the simulator's identity endpoint for as long as the test runs. */
export function managedIdentity(t: Ending, url: string): TokenCredential {
  process.env.IDENTITY_ENDPOINT = `${url}/msi/token`;
  process.env.IDENTITY_HEADER = 'simulated';
  t.after(() => {
    delete process.env.IDENTITY_ENDPOINT;
    delete process.env.IDENTITY_HEADER;
  });
  return new ManagedIdentityCredential();
}

/** Sends what is meant for ARM to the simulator; the SDK never learns. */
export function ledTo(url: string): HttpClient {
  const wire = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const { origin, pathname, search } = new URL(request.url);
      assert.equal(origin, 'https://management.azure.com');
      const there = createPipelineRequest({
        ...request,
        url: `${url}${pathname}${search}`,
        allowInsecureConnection: true,
      });
      return { ...(await wire.sendRequest(there)), request };
    },
  };
}

async function raw(
  url: string,
  credential: TokenCredential,
  method: string,
  path: string,
  body?: unknown,
): Promise<ArmResponse> {
  const token = await credential.getToken('https://management.azure.com/.default');
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token?.token ?? ''}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

async function controlled(url: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${url}/_portage/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer;
}

/** How Azure refused: status, code, message. */
export async function refusal(promise: Promise<unknown>): Promise<RestError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(isRestError(error), `expected a refusal, got ${String(error)}`);
  return error;
}
