/** A rule of a network security group, as its body has it. */
export interface SecurityRule {
  readonly name: string;
  readonly priority: number;
  readonly direction: 'Inbound' | 'Outbound';
  readonly access: 'Allow' | 'Deny';
  readonly protocol: string;
  readonly sourceAddressPrefix?: string | undefined;
  readonly sourceAddressPrefixes?: readonly string[] | undefined;
  readonly sourcePortRange?: string | undefined;
  readonly sourcePortRanges?: readonly string[] | undefined;
  readonly destinationAddressPrefix?: string | undefined;
  readonly destinationAddressPrefixes?: readonly string[] | undefined;
  readonly destinationPortRange?: string | undefined;
  readonly destinationPortRanges?: readonly string[] | undefined;
  readonly description?: string | undefined;
}

/** The rules that every group has behind its own (documented). */
export const defaultSecurityRules: readonly SecurityRule[] = [
  rule(
    'AllowVnetInBound',
    65000,
    'Inbound',
    'Allow',
    ['VirtualNetwork', 'VirtualNetwork'],
    'Allow inbound traffic from all VMs in VNET',
  ),
  rule(
    'AllowAzureLoadBalancerInBound',
    65001,
    'Inbound',
    'Allow',
    ['AzureLoadBalancer', '*'],
    'Allow inbound traffic from azure load balancer',
  ),
  rule('DenyAllInBound', 65500, 'Inbound', 'Deny', ['*', '*'], 'Deny all inbound traffic'),
  rule(
    'AllowVnetOutBound',
    65000,
    'Outbound',
    'Allow',
    ['VirtualNetwork', 'VirtualNetwork'],
    'Allow outbound traffic from all VMs to all VMs in VNET',
  ),
  rule(
    'AllowInternetOutBound',
    65001,
    'Outbound',
    'Allow',
    ['*', 'Internet'],
    'Allow outbound traffic from all VMs to Internet',
  ),
  rule('DenyAllOutBound', 65500, 'Outbound', 'Deny', ['*', '*'], 'Deny all outbound traffic'),
];

function rule(
  name: string,
  priority: number,
  direction: SecurityRule['direction'],
  access: SecurityRule['access'],
  [sourceAddressPrefix, destinationAddressPrefix]: readonly [string, string],
  description: string,
): SecurityRule {
  return {
    name,
    priority,
    direction,
    access,
    protocol: '*',
    sourceAddressPrefix,
    sourcePortRange: '*',
    destinationAddressPrefix,
    destinationPortRange: '*',
    description,
  };
}
