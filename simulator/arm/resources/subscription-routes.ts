import type { AzureSection } from '../azure-section.ts';
import { subscriptionVersions } from '../api-versions.ts';
import { get, ok, type Route } from '../route.ts';
import { regions, type Region } from './regions.ts';

/** The subscription itself, and the regions that it sees. */
export function subscriptionRoutes({ subscriptionId, tenantId }: AzureSection): readonly Route[] {
  const one = '/subscriptions/{subscription}';
  const id = `/subscriptions/${subscriptionId}`;
  const subscription = {
    id,
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    subscriptionId,
    tenantId,
    displayName: 'Simulated subscription',
    state: 'Enabled',
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'EnterpriseAgreement_2014-09-01',
      spendingLimit: 'Off',
    },
  };
  return [
    get('/subscriptions', 'Subscriptions_List', subscriptionVersions, () => ok({ value: [subscription] })),
    get(one, 'Subscriptions_Get', subscriptionVersions, () => ok(subscription)),
    get(`${one}/locations`, 'Subscriptions_ListLocations', subscriptionVersions, () =>
      ok({ value: regions.map((region) => regionBody(region, id)) }),
    ),
  ];
}

function regionBody({ name, displayName, paired }: Region, subscription: string): unknown {
  return {
    id: `${subscription}/locations/${name}`,
    name,
    type: 'Region',
    displayName,
    regionalDisplayName: displayName,
    metadata: {
      regionType: 'Physical',
      regionCategory: 'Recommended',
      pairedRegion: paired === undefined ? [] : [{ name: paired, id: `${subscription}/locations/${paired}` }],
    },
  };
}
