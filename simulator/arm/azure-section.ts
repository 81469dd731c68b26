import { z } from 'zod';
import { storageAccountSchema } from './storage/storage-section.ts';

const tags = z.record(z.string(), z.string());
const name = z.string().min(1);

const networkSchema = z.strictObject({
  name,
  resourceGroup: name,
  location: z.string().optional(),
  addressSpace: z.array(z.cidrv4()).min(1),
  subnets: z.array(z.strictObject({ name, prefix: z.cidrv4() })).min(1),
});

const virtualMachineSchema = z.strictObject({
  name,
  resourceGroup: name,
  size: z.string().default('Standard_D2s_v5'),
  osType: z.enum(['Windows', 'Linux']).default('Windows'),
});

const health = z.enum(['Normal', 'Warning', 'Critical']);

/** The parts of an appliance, as the fabric lists them. */
export const componentNames = [
  'processServers',
  'rcmProxies',
  'pushInstallers',
  'replicationAgents',
  'reprotectAgents',
  'marsAgents',
  'dras',
] as const;
export type ComponentName = (typeof componentNames)[number];

const componentSchema = z.strictObject({
  health: health.default('Normal'),
  /** How old its last heartbeat is; recorded: 1 to 10 minutes. */
  heartbeatAgeMinutes: z.number().min(0).default(2),
});

const applianceSchema = z.strictObject({
  name,
  /** One GUID, shared by all of its components (recorded). Made up when absent. */
  id: z.guid().optional(),
  fqdn: z.string().optional(),
  ipAddress: z.ipv4().default('10.0.0.10'),
  health: health.default('Normal'),
  components: z.partialRecord(z.enum(componentNames), componentSchema).default({}),
});

const policySchema = z.strictObject({
  name,
  recoveryPointHistoryMinutes: z.number().int().positive().default(1440),
  crashConsistentMinutes: z.number().int().min(0).default(5),
  appConsistentMinutes: z.number().int().min(0).default(0),
  multiVmSync: z.boolean().default(true),
});

const siteSchema = z.strictObject({
  /** The `Microsoft.OffAzure/ServerSites` that the appliance discovers physical servers into. */
  name,
  /** Machines that a person has typed into the appliance already: those with these private addresses, or all. */
  discovered: z.union([z.literal('all'), z.array(z.ipv4())]).default([]),
  /** Friendly names of the accounts that the appliance knows. */
  runAsAccounts: z.array(name).default([]),
});

const vaultSchema = z.strictObject({
  name,
  resourceGroup: name,
  location: z.string().optional(),
  /** `<vault>-vmwarefabric` when absent, as the service names it (recorded). */
  fabric: z.string().optional(),
  /** `<prefix><4 hex>replicationcontainer` when absent, as the service names it (recorded). */
  container: z.string().optional(),
  fabricHealth: health.default('Normal'),
  policies: z.array(policySchema).default([]),
  /** The container's mapping; without one nothing can be enabled. */
  mapping: z.strictObject({ name, policy: name }).optional(),
  appliances: z.array(applianceSchema).default([]),
  site: siteSchema,
  tags: tags.default({}),
  /** Has it a system-assigned identity? */
  identity: z.boolean().default(true),
});
export type VaultSection = z.infer<typeof vaultSchema>;
export type ApplianceSection = z.infer<typeof applianceSchema>;

const quirksSchema = z.strictObject({
  /** How the job of a test failover ends: both have been seen (site-recovery.md §4). */
  testFailoverJobEnds: z.enum(['Succeeded', 'Suspended']).default('Succeeded'),
  /** How long the directory does not know a new identity everywhere: until then `PrincipalNotFound`. */
  principalReplicationSeconds: z.number().min(0).default(0),
  /** When a recovery plan fails the machines of its later groups over: Microsoft's overview says both. */
  recoveryPlanFailover: z.enum(['in-group-order', 'all-at-once']).default('in-group-order'),
});
export type AzureQuirks = z.infer<typeof quirksSchema>;

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
    storageAccounts: z.array(storageAccountSchema).default([]),
    /** Names of storage accounts that other subscriptions have. */
    takenStorageAccountNames: z.array(name).default([]),
    /** Virtual machines that are there before anything is migrated. */
    virtualMachines: z.array(virtualMachineSchema).default([]),
    vaults: z.array(vaultSchema).default([]),
    /** vCPUs that the subscription may use in its region; what runs counts. */
    vcpuQuota: z.number().int().positive().default(350),
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
    for (const list of ['networks', 'storageAccounts', 'virtualMachines', 'vaults'] as const) {
      for (const [at, { resourceGroup }] of section[list].entries()) {
        if (groups.has(resourceGroup.toLowerCase())) continue;
        const message = `there is no resource group '${resourceGroup}' in azure.resourceGroups`;
        context.addIssue({ code: 'custom', path: [list, at, 'resourceGroup'], message });
      }
    }
    for (const [at, { mapping, policies }] of section.vaults.entries()) {
      if (mapping === undefined || policies.some((policy) => policy.name === mapping.policy)) continue;
      const message = `the vault has no policy '${mapping.policy}'`;
      context.addIssue({ code: 'custom', path: ['vaults', at, 'mapping', 'policy'], message });
    }
  });
export type AzureSection = z.infer<typeof azureSectionSchema>;
