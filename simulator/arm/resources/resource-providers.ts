import { secondsOf } from '../../durations.ts';
import type { ArmCall } from '../arm-call.ts';
import { ArmError } from '../arm-error.ts';
import {
  diskVersions,
  networkVersions,
  offAzureVersions,
  resourceVersions,
  storageVersions,
  vaultVersions,
  virtualMachineVersions,
} from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import { same } from '../resource.ts';
import { get, ok, post, type ArmAnswer, type Route } from '../route.ts';
import { regions } from './regions.ts';

/** The providers of the simulated cloud, with the types of each and their api-versions. */
const providers: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'Microsoft.RecoveryServices': { vaults: vaultVersions },
  'Microsoft.OffAzure': { ServerSites: offAzureVersions },
  'Microsoft.Compute': { virtualMachines: virtualMachineVersions, disks: diskVersions },
  'Microsoft.Network': {
    virtualNetworks: networkVersions,
    networkInterfaces: networkVersions,
    networkSecurityGroups: networkVersions,
  },
  'Microsoft.Storage': { storageAccounts: storageVersions },
};

/** Which providers the subscription has registered: without that, nothing of theirs can be made. */
export class ResourceProviders {
  readonly #world: ArmWorld;
  readonly #states = new Map<string, string>();

  constructor(world: ArmWorld) {
    this.#world = world;
    for (const namespace of Object.keys(providers)) {
      const isMissing = world.section.unregisteredProviders.some((each) => same(each, namespace));
      this.#states.set(namespace, isMissing ? 'NotRegistered' : 'Registered');
    }
  }

  get routes(): readonly Route[] {
    const all = '/subscriptions/{subscription}/providers';
    const one = `${all}/{namespace}`;
    return [
      get(all, 'Providers_List', resourceVersions, () =>
        ok({ value: Object.keys(providers).map((namespace) => this.#body(namespace)) }),
      ),
      get(one, 'Providers_Get', resourceVersions, (call) => ok(this.#body(namespaceOf(call)))),
      post(`${one}/register`, 'Providers_Register', resourceVersions, (call) => this.#register(call)),
    ];
  }

  /** @throws ArmError 409 for a PUT to a provider that is not registered. */
  require(method: string, path: string): void {
    const namespace = /\/resourceGroups\/[^/]+\/providers\/([^/]+)\//i.exec(path)?.[1];
    if (method !== 'PUT' || namespace === undefined) return;
    const known = Object.keys(providers).find((each) => same(each, namespace));
    if (known === undefined || this.#states.get(known) === 'Registered') return;
    throw new ArmError(
      409,
      'MissingSubscriptionRegistration',
      `The subscription is not registered to use namespace '${known}'. See https://aka.ms/rps-not-found for how to register subscriptions.`,
    );
  }

  #register(call: ArmCall): ArmAnswer {
    const namespace = namespaceOf(call);
    const { clock, durations, random } = this.#world;
    if (this.#states.get(namespace) === 'NotRegistered') {
      this.#states.set(namespace, 'Registering');
      const span = durations.providerRegistrationSeconds;
      clock.after(secondsOf(span, random.fork(`register/${namespace}`)), () => {
        this.#states.set(namespace, 'Registered');
      });
    }
    return ok(this.#body(namespace));
  }

  #body(namespace: string): unknown {
    const locations = regions.map(({ displayName }) => displayName);
    return {
      id: `/subscriptions/${this.#world.section.subscriptionId}/providers/${namespace}`,
      namespace,
      resourceTypes: Object.entries(providers[namespace] ?? {}).map(([resourceType, apiVersions]) => ({
        resourceType,
        locations,
        apiVersions: apiVersions.toReversed(),
        capabilities: 'SupportsTags, SupportsLocation',
      })),
      registrationState: this.#states.get(namespace),
      registrationPolicy: 'RegistrationRequired',
    };
  }
}

function namespaceOf(call: ArmCall): string {
  const wanted = call.param('namespace');
  const namespace = Object.keys(providers).find((each) => same(each, wanted));
  if (namespace !== undefined) return namespace;
  const message = `The resource namespace '${wanted}' is invalid.`;
  throw new ArmError(404, 'InvalidResourceNamespace', message);
}
