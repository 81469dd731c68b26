import type { AzureSection } from './azure-section.ts';
import { ArmError, resourceNotFound } from './arm-error.ts';
import type { ArmCall } from './arm-call.ts';
import { networkVersions, resourceVersions, storageVersions } from './api-versions.ts';
import { Registry } from './registry.ts';
import { get, head, ok, type Route } from './route.ts';

interface ResourceGroup {
  readonly name: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
}

type Network = AzureSection['networks'][number];
type StorageAccount = AzureSection['storageAccounts'][number];

/** What a subscription has before anything is migrated: resource groups, virtual networks, storage accounts. */
export class Resources {
  readonly subscriptionId: string;
  readonly location: string;
  readonly #groups = new Registry<ResourceGroup>();
  readonly #networks = new Map<string, Network>();
  readonly #accounts = new Map<string, StorageAccount>();

  constructor(section: AzureSection) {
    this.subscriptionId = section.subscriptionId;
    this.location = section.location;
    for (const { name, location = section.location, tags } of section.resourceGroups) {
      this.#groups.add(name, { name, location, tags });
    }
    for (const network of section.networks)
      this.#networks.set(this.#key('Microsoft.Network/virtualNetworks', network), network);
    for (const account of section.storageAccounts) {
      this.#accounts.set(this.#key('Microsoft.Storage/storageAccounts', account), account);
    }
  }

  get routes(): readonly Route[] {
    const groups = '/subscriptions/{subscription}/resourceGroups';
    const group = `${groups}/{group}`;
    const network = `${group}/providers/Microsoft.Network/virtualNetworks/{network}`;
    const account = `${group}/providers/Microsoft.Storage/storageAccounts/{account}`;
    return [
      get(groups, 'ResourceGroups_List', resourceVersions, () =>
        ok({ value: [...this.#groups].map((each) => this.#groupBody(each)) }),
      ),
      get(group, 'ResourceGroups_Get', resourceVersions, (call) => ok(this.#groupBody(this.#groupOf(call)))),
      head(group, 'ResourceGroups_CheckExistence', resourceVersions, (call) => ({
        status: this.hasGroup(call.param('group')) ? 204 : 404,
      })),
      get(network, 'VirtualNetworks_Get', networkVersions, (call) =>
        ok(this.#networkBody(this.#networkOf(call))),
      ),
      get(`${network}/subnets`, 'Subnets_List', networkVersions, (call) =>
        ok({ value: this.#subnetBodies(this.#networkOf(call)) }),
      ),
      get(account, 'StorageAccounts_GetProperties', storageVersions, (call) =>
        ok(this.#accountBody(this.#accountOf(call))),
      ),
    ];
  }

  /** Is there such a resource group? */
  hasGroup(name: string): boolean {
    return this.#groups.get(name) !== undefined;
  }

  /** The group that an ARM id names, when it is one of this subscription. */
  groupById(id: string): string | undefined {
    const [, subscription, group] = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)$/i.exec(id) ?? [];
    if (subscription?.toLowerCase() !== this.subscriptionId.toLowerCase() || group === undefined)
      return undefined;
    return this.#groups.get(group)?.name;
  }

  /** The virtual network with this id. */
  networkById(id: string): Network | undefined {
    return this.#networks.get(id.toLowerCase());
  }

  /** The storage account with this id. */
  storageAccountById(id: string): StorageAccount | undefined {
    return this.#accounts.get(id.toLowerCase());
  }

  #key(
    type: string,
    { name, resourceGroup }: { readonly name: string; readonly resourceGroup: string },
  ): string {
    return this.#id(type, resourceGroup, name).toLowerCase();
  }

  #id(type: string, group: string, name: string): string {
    return `/subscriptions/${this.subscriptionId}/resourceGroups/${group}/providers/${type}/${name}`;
  }

  #groupOf(call: ArmCall): ResourceGroup {
    const name = call.param('group');
    const group = this.#groups.get(name);
    if (group === undefined)
      throw new ArmError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);
    return group;
  }

  #groupBody({ name, location, tags }: ResourceGroup): unknown {
    return {
      id: `/subscriptions/${this.subscriptionId}/resourceGroups/${name}`,
      name,
      type: 'Microsoft.Resources/resourceGroups',
      location,
      tags,
      properties: { provisioningState: 'Succeeded' },
    };
  }

  #networkOf(call: ArmCall): Network {
    const [group, name] = [call.param('group'), call.param('network')];
    const network = this.networkById(this.#id('Microsoft.Network/virtualNetworks', group, name));
    if (network === undefined) throw resourceNotFound('Microsoft.Network/virtualNetworks', name, group);
    return network;
  }

  #networkBody(network: Network): unknown {
    return {
      name: network.name,
      id: this.#id('Microsoft.Network/virtualNetworks', network.resourceGroup, network.name),
      etag: 'W/"00000000-0000-0000-0000-000000000001"',
      type: 'Microsoft.Network/virtualNetworks',
      location: network.location ?? this.location,
      properties: {
        provisioningState: 'Succeeded',
        addressSpace: { addressPrefixes: network.addressSpace },
        subnets: this.#subnetBodies(network),
        virtualNetworkPeerings: [],
        enableDdosProtection: false,
      },
    };
  }

  #subnetBodies(network: Network): unknown[] {
    const id = this.#id('Microsoft.Network/virtualNetworks', network.resourceGroup, network.name);
    return network.subnets.map(({ name, prefix }) => ({
      name,
      id: `${id}/subnets/${name}`,
      type: 'Microsoft.Network/virtualNetworks/subnets',
      properties: {
        provisioningState: 'Succeeded',
        addressPrefix: prefix,
        delegations: [],
        privateEndpointNetworkPolicies: 'Disabled',
        privateLinkServiceNetworkPolicies: 'Enabled',
      },
    }));
  }

  #accountOf(call: ArmCall): StorageAccount {
    const [group, name] = [call.param('group'), call.param('account')];
    const account = this.storageAccountById(this.#id('Microsoft.Storage/storageAccounts', group, name));
    if (account === undefined) throw resourceNotFound('Microsoft.Storage/storageAccounts', name, group);
    return account;
  }

  #accountBody(account: StorageAccount): unknown {
    const { name, resourceGroup, sku, hierarchicalNamespace } = account;
    const location = account.location ?? this.location;
    return {
      sku: { name: sku, tier: sku.split('_')[0] },
      kind: 'StorageV2',
      id: this.#id('Microsoft.Storage/storageAccounts', resourceGroup, name),
      name,
      type: 'Microsoft.Storage/storageAccounts',
      location,
      tags: {},
      properties: {
        isHnsEnabled: hierarchicalNamespace,
        minimumTlsVersion: 'TLS1_2',
        allowBlobPublicAccess: false,
        supportsHttpsTrafficOnly: true,
        networkAcls: {
          bypass: 'AzureServices',
          virtualNetworkRules: [],
          ipRules: [],
          defaultAction: 'Allow',
        },
        accessTier: 'Hot',
        provisioningState: 'Succeeded',
        primaryEndpoints: { blob: `https://${name}.blob.core.windows.net/` },
        primaryLocation: location,
        statusOfPrimary: 'available',
      },
    };
  }
}
