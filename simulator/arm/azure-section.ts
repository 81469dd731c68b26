import { z } from 'zod';
import { contradictions, siteRecoveryQuirksShape, vaultSchema } from './site-recovery/vault-section.ts';

const tags = z.record(z.string(), z.string());
const name = z.string().min(1);

const networkSchema = z.strictObject({
  name,
  resourceGroup: name,
  location: z.string().optional(),
  addressSpace: z.array(z.cidrv4()).min(1),
  subnets: z.array(z.strictObject({ name, prefix: z.cidrv4() })).min(1),
});

const storageAccountSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]{3,24}$/, 'a storage account name has 3 to 24 lower-case letters and digits'),
  resourceGroup: name,
  location: z.string().optional(),
  sku: z.string().default('Standard_LRS'),
  /** Site Recovery does not take such an account as its cache. */
  hierarchicalNamespace: z.boolean().default(false),
});

const virtualMachineSchema = z.strictObject({
  name,
  resourceGroup: name,
  size: z.string().default('Standard_D2s_v5'),
  osType: z.enum(['Windows', 'Linux']).default('Windows'),
});

const quirksSchema = z.strictObject(siteRecoveryQuirksShape);
export type AzureQuirks = z.infer<typeof quirksSchema>;

/** The `azure` section of a scenario: one subscription. */
export const azureSectionSchema = z
  .strictObject({
    subscriptionId: z.guid(),
    tenantId: z.guid(),
    location: z.string().default('westeurope'),
    resourceGroups: z
      .array(z.strictObject({ name, location: z.string().optional(), tags: tags.default({}) }))
      .default([]),
    networks: z.array(networkSchema).default([]),
    storageAccounts: z.array(storageAccountSchema).default([]),
    /** Virtual machines that are there before anything is migrated. */
    virtualMachines: z.array(virtualMachineSchema).default([]),
    vaults: z.array(vaultSchema).default([]),
    /** vCPUs that the subscription may use in its region; what runs counts. */
    vcpuQuota: z.number().int().positive().default(350),
    /** Elements on one page of a list. */
    pageSize: z.number().int().positive().default(100),
    quirks: quirksSchema.prefault({}),
  })
  .superRefine((section, context) => {
    const groups = new Set(section.resourceGroups.map((group) => group.name.toLowerCase()));
    for (const list of ['networks', 'storageAccounts', 'virtualMachines', 'vaults'] as const) {
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
