import { z } from 'zod';

const name = z.string().min(1);
const health = z.enum(['Normal', 'Warning', 'Critical']);
export type Health = z.infer<typeof health>;

/** What a component of a server tells of itself. */
const vitalSigns = {
  /** How old its last heartbeat is; recorded: 1 to 10 minutes. */
  heartbeatAgeMinutes: z.number().min(0).default(2),
  /** From so long after the story's beginning on it sends none any more. */
  heartbeatStopsAfterMinutes: z.number().min(0).optional(),
};

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

const componentSchema = z.strictObject({ health: health.default('Normal'), ...vitalSigns });

/** What a server that machines replicate through has room for. */
const room = {
  /** Machines that it carries beside those of this vault's items. */
  machineCount: z.number().int().min(0).default(0),
  /** Machines that it can carry; documented: 200 with 16 vCPU and 32 GB. */
  capacity: z.number().int().positive().default(200),
  /** Days, from the story's beginning, that its certificate is valid; below zero it has expired. Recorded: about three years. */
  certificateDays: z.number().int().default(1080),
  /** What comes through it in a second. */
  throughputInBytes: z.number().int().min(0).default(9221),
};

const applianceSchema = z.strictObject({
  name,
  /** One GUID, shared by all of its components (recorded). Made up when absent. */
  id: z.guid().optional(),
  fqdn: z.string().optional(),
  ipAddress: z.ipv4().default('10.0.0.10'),
  health: health.default('Normal'),
  components: z.partialRecord(z.enum(componentNames), componentSchema).default({}),
  ...room,
});
export type ApplianceSection = z.infer<typeof applianceSchema>;

const processServerSchema = z.strictObject({
  name,
  /** Recorded: a GUID with its last hyphen missing, in capitals. Made up when absent. */
  id: z.string().optional(),
  ipAddress: z.ipv4(),
  health: health.default('Normal'),
  load: z.enum(['Green', 'Yellow', 'Red']).default('Green'),
  versionStatus: z.enum(['Supported', 'UpdateRequired', 'NotSupported']).default('Supported'),
  /** Days, from the story's beginning, until the version of its agent expires; never, as recorded, when absent. */
  agentExpiryDays: z.number().int().optional(),
  ...vitalSigns,
  ...room,
});
export type ProcessServerSection = z.infer<typeof processServerSchema>;

const mapping = z.strictObject({ name, policy: name });

/** A configuration server is a process server and a master target, too. */
export const configurationServerSchema = processServerSchema.extend({
  /** Process servers beside its own. */
  processServers: z.array(processServerSchema).default([]),
  /** Names of the accounts that a person has given it. */
  runAsAccounts: z.array(name).default([]),
  /** Machines that have been added to it already: those with these private addresses, or all. */
  discovered: z.union([z.literal('all'), z.array(z.ipv4())]).default([]),
  mapping: mapping.optional(),
});
export type ConfigurationServerSection = z.infer<typeof configurationServerSchema>;

const policySchema = z.strictObject({
  name,
  provider: z.enum(['modernized', 'classic']).default('modernized'),
  recoveryPointHistoryMinutes: z.number().int().positive().default(1440),
  crashConsistentMinutes: z.number().int().min(0).default(5),
  appConsistentMinutes: z.number().int().min(0).default(0),
  /** A classic policy's: from then on a late recovery point is told. */
  recoveryPointThresholdMinutes: z.number().int().positive().default(15),
  multiVmSync: z.boolean().default(true),
});
export type PolicySection = z.infer<typeof policySchema>;

const siteSchema = z.strictObject({
  /** The `Microsoft.OffAzure/ServerSites` that the appliance discovers physical servers into. */
  name,
  /** Machines that a person has typed into the appliance already: those with these private addresses, or all. */
  discovered: z.union([z.literal('all'), z.array(z.ipv4())]).default([]),
  /** Friendly names of the accounts that the appliance knows. */
  runAsAccounts: z.array(name).default([]),
});
export type SiteSection = z.infer<typeof siteSchema>;

/** A vault of a scenario. It has a modernized fabric where it has a `site`, and a classic one for each configuration server. */
export const vaultSchema = z.strictObject({
  name,
  resourceGroup: name,
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
  /** Has it a system-assigned identity? */
  identity: z.boolean().default(true),
  policies: z.array(policySchema).default([]),
  /** `<vault>-vmwarefabric` when absent, as the service names it (recorded). */
  fabric: z.string().optional(),
  /** `<prefix><4 hex>replicationcontainer` when absent, as the service names it (recorded). */
  container: z.string().optional(),
  fabricHealth: health.default('Normal'),
  /** The mapping of the modernized container; without one nothing can be enabled. */
  mapping: mapping.optional(),
  appliances: z.array(applianceSchema).default([]),
  site: siteSchema.optional(),
  configurationServers: z.array(configurationServerSchema).default([]),
});
export type VaultSection = z.infer<typeof vaultSchema>;

/** What is wrong with a vault that each of its parts is right about. */
export function contradictions({
  mapping: own,
  policies,
  appliances,
  site,
  configurationServers,
}: VaultSection) {
  const wrong: { readonly path: readonly (string | number)[]; readonly message: string }[] = [];
  const want = (provider: string, policy: string, path: readonly (string | number)[]): void => {
    if (policies.some((each) => each.name === policy && each.provider === provider)) return;
    wrong.push({ path, message: `the vault has no ${provider} policy '${policy}'` });
  };
  if (own !== undefined) want('modernized', own.policy, ['mapping', 'policy']);
  for (const [at, server] of configurationServers.entries()) {
    if (server.mapping === undefined) continue;
    want('classic', server.mapping.policy, ['configurationServers', at, 'mapping', 'policy']);
  }
  if (site === undefined && (appliances.length > 0 || own !== undefined)) {
    wrong.push({ path: ['site'], message: 'appliances and their mapping need a site' });
  }
  return wrong;
}

/** What goes wrong in Site Recovery beyond single servers. */
export const siteRecoveryQuirksShape = {
  /** How the job of a test failover ends: both have been seen (site-recovery.md §4). */
  testFailoverJobEnds: z.enum(['Succeeded', 'Suspended']).default('Succeeded'),
  /** When a recovery plan fails the machines of its later groups over: Microsoft's overview says both. */
  recoveryPlanFailover: z.enum(['in-group-order', 'all-at-once']).default('in-group-order'),
  /** A modernized container's mapping can be made in the portal alone: the service refuses the request. */
  mappingRefused: z.boolean().default(false),
  /** Sizes that the temporary VM of a failover can't have, and that nothing stands in for. */
  hydrationRefuses: z.array(name).default([]),
  /** Machines whose disks can't be made to boot in Azure: their failovers end with 170010. */
  hydrationFails: z.array(name).default([]),
  /** What a clean-up of a test leaves behind, although it goes well: the whole VM, its interfaces, or its disks. */
  testCleanupLeaves: z.enum(['nothing', 'vm', 'nic', 'disk']).default('nothing'),
  /** The temporary VM of a failover stays, with its disk and network. */
  hydrationLeaves: z.enum(['nothing', 'vm']).default('nothing'),
  /** Disabling replication leaves the seed disks in the target's group (site-recovery.md §8). */
  disableLeaves: z.enum(['nothing', 'seed-disks']).default('nothing'),
  /** Machines whose replication can't be disabled: only a purge is left. */
  disableFails: z.array(name).default([]),
  /** Volumes that Site Recovery can't replicate. */
  unsupportedVolumes: z.array(name).default([]),
  /** Machines whose Mobility agent falls silent so long after the story's beginning, though they run. */
  agentsFallSilent: z
    .array(z.strictObject({ instanceId: name, afterMinutes: z.number().min(0) }))
    .default([]),
};
