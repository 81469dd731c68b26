import { z } from 'zod';
import type { ArmWorld } from '../arm-world.ts';
import { same } from '../resource.ts';
import { tagsInput } from '../resources/tag-rules.ts';
import { blockOf, blockText, contains, overlap, type Block } from './cidr.ts';
import { invalidReference, networkError } from './network-error.ts';
import { newSubnet, subnetOf, type Subnet, type VirtualNetwork } from './virtual-network.ts';

const link = z.object({ id: z.string() }).nullish();

/** The `properties` of a subnet, by itself or in its network. */
const subnetProperties = z.object({
  addressPrefix: z.string().optional(),
  addressPrefixes: z.array(z.string()).optional(),
  networkSecurityGroup: link,
  routeTable: link,
  natGateway: link,
  defaultOutboundAccess: z.boolean().optional(),
  delegations: z
    .array(
      z.object({
        properties: z.object({ serviceName: z.string().default('') }).default({ serviceName: '' }),
      }),
    )
    .default([]),
});

/** `PUT …/subnets/{s}`. */
export const subnetInput = z.object({ properties: subnetProperties });

/** `PUT virtualNetworks/{n}`. */
export const virtualNetworkInput = z.object({
  location: z.string().optional(),
  tags: tagsInput.optional(),
  properties: z.object({
    addressSpace: z.object({ addressPrefixes: z.array(z.string()).min(1) }),
    dhcpOptions: z.object({ dnsServers: z.array(z.string()).default([]) }).nullish(),
    subnets: z.array(subnetInput.extend({ name: z.string() })).default([]),
  }),
});

/**
 * A subnet as a body describes it; one that is there keeps its addresses.
 * @throws ArmError 400 for a prefix or a reference that can't be.
 */
export function subnetAfter(
  network: VirtualNetwork,
  name: string,
  input: z.infer<typeof subnetInput>['properties'],
  world: ArmWorld,
): Subnet {
  const before = subnetOf(network, name);
  const id = `${network.id}/subnets/${name}`;
  const prefix = input.addressPrefix ?? input.addressPrefixes?.[0] ?? '';
  checkedBlock(prefix, id);
  const references = [input.networkSecurityGroup, input.routeTable, input.natGateway];
  for (const reference of references) {
    if (reference?.id !== undefined && world.catalog.get(reference.id) === undefined) {
      throw invalidReference(reference.id, id);
    }
  }
  if (before !== undefined && before.prefix !== prefix && before.addresses.used > 0)
    throw inUse(before, 'updated');
  const parts = {
    name: before?.name ?? name,
    prefix,
    networkSecurityGroupId: input.networkSecurityGroup?.id,
    routeTableId: input.routeTable?.id,
    natGatewayId: input.natGateway?.id,
    defaultOutboundAccess: input.defaultOutboundAccess,
    delegations: input.delegations.map(({ properties }) => properties.serviceName),
  };
  const made = newSubnet(network, parts);
  return before?.prefix === prefix ? { ...made, addresses: before.addresses } : made;
}

/** @throws ArmError 400 where subnets lie outside of the network's addresses, or over each other. */
export function checkSubnets(
  name: string,
  addressSpace: readonly string[],
  subnets: readonly Subnet[],
): void {
  const space = addressSpace.map((prefix) => checkedBlock(prefix, name));
  for (const [at, subnet] of subnets.entries()) {
    const block = checkedBlock(subnet.prefix, subnet.id);
    if (!space.some((outer) => contains(outer, block))) {
      throw networkError(
        'NetcfgSubnetRangeOutsideVnet',
        `Subnet '${subnet.name}' is not valid because its IP address range is outside the IP address range of virtual network '${name}'.`,
      );
    }
    if (block.bits > 29) {
      const message = `Subnet '${subnet.name}' is not valid in virtual network '${name}'.`;
      throw networkError('NetcfgInvalidSubnet', message);
    }
    const other = subnets.slice(0, at).find((each) => overlap(checkedBlock(each.prefix, each.id), block));
    if (other === undefined) continue;
    throw networkError(
      'NetcfgSubnetRangesOverlap',
      `Subnet '${subnet.name}' is not valid because its IP address range overlaps with that of an existing subnet '${other.name}' in virtual network '${name}'.`,
    );
  }
}

/** @throws ArmError 400 for a subnet that would go though something is in it. */
export function requireUnused(subnet: Subnet): void {
  if (subnet.addresses.used > 0) throw inUse(subnet, 'deleted');
}

function inUse({ name, addresses }: Subnet, what: 'deleted' | 'updated') {
  const holder = addresses.holders[0] ?? '';
  return what === 'deleted'
    ? networkError(
        'InUseSubnetCannotBeDeleted',
        `Subnet ${name} is in use by ${holder} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.`,
      )
    : networkError('InUseSubnetCannotBeUpdated', `Subnet ${name} is in use and cannot be updated.`);
}

/** @throws ArmError 400 for a prefix that is not in CIDR notation, or not the first of its block. */
function checkedBlock(prefix: string, resource: string): Block {
  const block = blockOf(prefix);
  if (block === undefined) {
    throw networkError(
      'InvalidAddressPrefixFormat',
      `Address prefix ${prefix} of resource ${resource} is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24.`,
    );
  }
  if (same(blockText(block), prefix)) return block;
  throw networkError(
    'InvalidCIDRNotation',
    `The address prefix ${prefix} in resource ${resource} has an invalid CIDR notation. For the given prefix length, the address prefix should be ${blockText(block)}.`,
  );
}
