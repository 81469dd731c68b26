import { z } from 'zod';

const name = z.string().min(1);
const placed = {
  name,
  resourceGroup: name,
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
};

/** Another resource, by its name, or by its id where the name is not enough. */
const reference = name;

const subnetSchema = z.strictObject({
  name,
  prefix: z.cidrv4(),
  networkSecurityGroup: reference.optional(),
  routeTable: reference.optional(),
  natGateway: reference.optional(),
  /** False for a subnet without default outbound access, as new networks have them. */
  defaultOutboundAccess: z.boolean().optional(),
  delegations: z.array(z.string()).default([]),
  /** Addresses that somebody else's interfaces have, counted from the lowest. */
  used: z.number().int().min(0).default(0),
});

/** A virtual network that is there from the beginning. */
export const networkSchema = z.strictObject({
  ...placed,
  addressSpace: z.array(z.cidrv4()).min(1),
  dnsServers: z.array(z.ipv4()).default([]),
  subnets: z.array(subnetSchema).min(1),
  peerings: z
    .array(
      z.strictObject({
        name,
        remoteNetwork: reference,
        state: z.enum(['Connected', 'Disconnected', 'Initiated']).default('Connected'),
        useRemoteGateways: z.boolean().default(false),
      }),
    )
    .default([]),
});
export type NetworkSection = z.infer<typeof networkSchema>;

/** One rule of a network security group. */
export const securityRuleSchema = z.strictObject({
  name,
  priority: z.number().int(),
  direction: z.enum(['Inbound', 'Outbound']),
  access: z.enum(['Allow', 'Deny']),
  protocol: z.string().default('*'),
  sourceAddressPrefix: z.string().default('*'),
  sourcePortRange: z.string().default('*'),
  destinationAddressPrefix: z.string().default('*'),
  destinationPortRange: z.string().default('*'),
});

export const securityGroupSchema = z.strictObject({
  ...placed,
  rules: z.array(securityRuleSchema).default([]),
});
export type SecurityGroupSection = z.infer<typeof securityGroupSchema>;

export const routeTableSchema = z.strictObject({
  ...placed,
  routes: z
    .array(
      z.strictObject({
        name,
        prefix: z.string(),
        nextHopType: z.enum(['VirtualNetworkGateway', 'VnetLocal', 'Internet', 'VirtualAppliance', 'None']),
        nextHopIpAddress: z.ipv4().optional(),
      }),
    )
    .default([]),
});

export const publicAddressSchema = z.strictObject({
  ...placed,
  ipAddress: z.ipv4().optional(),
  sku: z.enum(['Standard', 'Basic']).default('Standard'),
});

export const natGatewaySchema = z.strictObject({
  ...placed,
  publicIpAddresses: z.array(reference).default([]),
});

export const networkGatewaySchema = z.strictObject({
  ...placed,
  /** The network with its `GatewaySubnet`. */
  network: reference,
  type: z.enum(['Vpn', 'ExpressRoute']).default('Vpn'),
});

/** An interface of somebody else's: it has an address. */
export const networkInterfaceSchema = z.strictObject({
  ...placed,
  network: reference,
  subnet: name,
  privateIp: z.ipv4().optional(),
});
