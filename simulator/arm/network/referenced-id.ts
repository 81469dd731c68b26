import type { AzureSection } from '../azure-section.ts';
import { same } from '../resource.ts';

/** The types that a scenario's network resources refer to by name. */
type ReferencedType =
  'virtualNetworks' | 'networkSecurityGroups' | 'routeTables' | 'natGateways' | 'publicIPAddresses';

/** The id that a reference in a scenario stands for: an id itself, or the name of one of its resources. */
export function referencedId(section: AzureSection, type: ReferencedType, reference: string): string {
  if (reference.startsWith('/')) return reference;
  const found = listOf(section, type).find(({ name }) => same(name, reference));
  return `/subscriptions/${section.subscriptionId}/resourceGroups/${found?.resourceGroup ?? ''}/providers/Microsoft.Network/${type}/${found?.name ?? reference}`;
}

function listOf(
  section: AzureSection,
  type: ReferencedType,
): readonly { readonly name: string; readonly resourceGroup: string }[] {
  switch (type) {
    case 'virtualNetworks':
      return section.networks;
    case 'publicIPAddresses':
      return section.publicIpAddresses;
    default:
      return section[type];
  }
}
