import { z } from 'zod';
import { sizeRestrictionSchema, virtualMachineSchema } from './compute/compute-section.ts';
import {
  natGatewaySchema,
  networkGatewaySchema,
  networkInterfaceSchema,
  networkSchema,
  publicAddressSchema,
  routeTableSchema,
  securityGroupSchema,
} from './network/network-section.ts';
import { policyDenialSchema } from './policy/policy-denials.ts';
import { contradictions, siteRecoveryQuirksShape, vaultSchema } from './site-recovery/vault-section.ts';
import { storageAccountSchema } from './storage/storage-section.ts';

const tags = z.record(z.string(), z.string());
const name = z.string().min(1);

const quirksSchema = z.strictObject({
  ...siteRecoveryQuirksShape,
  /** How long the directory does not know a new identity everywhere: until then `PrincipalNotFound`. */
  principalReplicationSeconds: z.number().min(0).default(0),
});
export type AzureQuirks = z.infer<typeof quirksSchema>;

/** Everything that stands in a resource group. */
const groupedLists = [
  'networks',
  'networkSecurityGroups',
  'routeTables',
  'natGateways',
  'publicIpAddresses',
  'networkGateways',
  'networkInterfaces',
  'storageAccounts',
  'virtualMachines',
  'vaults',
] as const;

/** The `azure` section of a scenario: one subscription. */
export const azureSectionSchema = z
  .strictObject({
    subscriptionId: z.guid(),
    tenantId: z.guid(),
    location: z.string().default('westeurope'),
    resourceGroups: z
      .array(z.strictObject({ name, location: z.string().optional(), tags: tags.optional() }))
      .default([]),
    networks: z.array(networkSchema).default([]),
    networkSecurityGroups: z.array(securityGroupSchema).default([]),
    routeTables: z.array(routeTableSchema).default([]),
    natGateways: z.array(natGatewaySchema).default([]),
    publicIpAddresses: z.array(publicAddressSchema).default([]),
    networkGateways: z.array(networkGatewaySchema).default([]),
    networkInterfaces: z.array(networkInterfaceSchema).default([]),
    storageAccounts: z.array(storageAccountSchema).default([]),
    /** Names of storage accounts that other subscriptions have. */
    takenStorageAccountNames: z.array(name).default([]),
    /** Virtual machines that are there before anything is migrated. */
    virtualMachines: z.array(virtualMachineSchema).default([]),
    vaults: z.array(vaultSchema).default([]),
    /** vCPUs that the subscription may have in a region; every VM counts, whether it runs or not. */
    vcpuQuota: z.number().int().positive().default(350),
    /** vCPUs that it may have of a family, such as `standardDSv5Family`; as many as of all when absent. */
    familyQuotas: z.record(z.string(), z.number().int().min(0)).default({}),
    /** Sizes that it can't have. */
    sizeRestrictions: z.array(sizeRestrictionSchema).prefault([{ size: 'Standard_M64ms' }]),
    /** Sizes of which the region has no machine left; with `untilMinutes` after the story's beginning it has some again. */
    exhaustedSizes: z
      .array(z.union([name, z.strictObject({ size: name, untilMinutes: z.number().positive() })]))
      .default([]),
    /** Providers that the subscription has not registered, such as `Microsoft.RecoveryServices`. */
    unregisteredProviders: z.array(name).default([]),
    /** Azure Policies that deny. */
    policyDenials: z.array(policyDenialSchema).default([]),
    /** How fast the Mobility service's data gets into the cloud. Documented is 54 MB/s as the most of a machine. */
    replication: z
      .strictObject({
        mibPerSecond: z.number().positive().default(20),
        delaySeconds: z.number().min(0).default(5),
        processSeconds: z.number().min(0).default(30),
      })
      .prefault({}),
    /** Names that private zones of the subscription have, and their addresses; taken as linked to every network. */
    dns: z.record(name, z.ipv4()).default({}),
    /** What the caller may do, as actions of a role; `*` stands for anything. */
    allow: z.array(z.string()).default(['*']),
    /** What of it the caller may not do after all, such as `Microsoft.Compute/virtualMachines/read`. */
    deny: z.array(z.string()).default([]),
    /** Elements on one page of a list. */
    pageSize: z.number().int().positive().default(100),
    quirks: quirksSchema.prefault({}),
  })
  .superRefine((section, context) => {
    const groups = new Set(section.resourceGroups.map((group) => group.name.toLowerCase()));
    for (const list of groupedLists) {
      for (const [at, { resourceGroup }] of section[list].entries()) {
        if (groups.has(resourceGroup.toLowerCase())) continue;
        const message = `there is no resource group '${resourceGroup}' in azure.resourceGroups`;
        context.addIssue({ code: 'custom', path: [list, at, 'resourceGroup'], message });
      }
    }
    for (const [at, vault] of section.vaults.entries()) {
      for (const { path, message } of contradictions(vault)) {
        context.addIssue({ code: 'custom', path: ['vaults', at, ...path], message });
      }
    }
  });
export type AzureSection = z.infer<typeof azureSectionSchema>;
