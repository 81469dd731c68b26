import { z } from 'zod';

const tags = z.record(z.string(), z.string()).default({});

/** `443`, `49152-65535`, or `all`. */
const ports = z
  .union([z.number().int().transform(String), z.string()])
  .pipe(z.string().regex(/^(all|\d{1,5}(-\d{1,5})?)$/, 'write ports as 443, 1000-2000 or all'))
  .default('all')
  .transform((text) => {
    if (text === 'all') return undefined;
    const [from = 0, to = from] = text.split('-').map(Number);
    return { from, to };
  });
const protocol = z.enum(['tcp', 'udp', 'icmp', 'all']).default('tcp');

const ruleSchema = z
  .strictObject({
    protocol,
    ports,
    cidr: z.cidrv4().optional(),
    groupId: z.string().optional(),
    prefixListId: z.string().optional(),
    description: z.string().optional(),
  })
  .refine(
    ({ cidr, groupId, prefixListId }) =>
      [cidr, groupId, prefixListId].filter((peer) => peer !== undefined).length === 1,
    'a rule names one of cidr, groupId and prefixListId',
  );

const aclEntrySchema = z.strictObject({
  number: z.number().int().min(1).max(32_766),
  action: z.enum(['allow', 'deny']).default('allow'),
  protocol,
  ports,
  cidr: z.cidrv4().default('0.0.0.0/0'),
});

/** Firewalls and routes of the account. What is not described is as AWS makes it: a default group, ACL and main table for each VPC. */
export const networkShape = {
  securityGroups: z
    .array(
      z.strictObject({
        groupId: z.string().startsWith('sg-'),
        name: z.string(),
        vpcId: z.string(),
        description: z.string().optional(),
        ingress: z.array(ruleSchema).default([]),
        /** Everything may go out when absent. */
        egress: z.array(ruleSchema).optional(),
        tags,
      }),
    )
    .default([]),
  networkAcls: z
    .array(
      z.strictObject({
        networkAclId: z.string().startsWith('acl-'),
        vpcId: z.string(),
        subnetIds: z.array(z.string()),
        ingress: z.array(aclEntrySchema).default([]),
        egress: z.array(aclEntrySchema).default([]),
      }),
    )
    .default([]),
  routeTables: z
    .array(
      z.strictObject({
        routeTableId: z.string().startsWith('rtb-'),
        vpcId: z.string(),
        /** Subnets that have it; without any it is the VPC's main table. */
        subnetIds: z.array(z.string()).default([]),
        routes: z
          .array(
            z.strictObject({
              cidr: z.cidrv4(),
              /** `igw-…`, `nat-…`, `pcx-…`, `tgw-…`, `vgw-…`, or `blackhole`. */
              target: z.string(),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
  vpcPeerings: z
    .array(
      z.strictObject({
        vpcPeeringConnectionId: z.string().startsWith('pcx-'),
        requesterVpcId: z.string(),
        accepterVpcId: z.string(),
        status: z.enum(['active', 'pending-acceptance', 'deleted']).default('active'),
      }),
    )
    .default([]),
  prefixLists: z
    .array(
      z.strictObject({
        prefixListId: z.string().startsWith('pl-'),
        name: z.string(),
        cidrs: z.array(z.cidrv4()),
      }),
    )
    .default([]),
};

export type ScenarioRule = z.output<typeof ruleSchema>;
export type ScenarioAclEntry = z.output<typeof aclEntrySchema>;
