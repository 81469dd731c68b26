import { all, type Clients } from './walk-clients.ts';
import { beginEnable, walkFabric } from './walk-site-recovery.ts';

const inVault = ['vault-weu', 'rg-migration'] as const;
const fabric = 'vault-weu-vmwarefabric';

/** Reads every list with more than one element to the end. @returns the names on each, in order. */
export async function walkLists(clients: Clients): Promise<Readonly<Record<string, readonly string[]>>> {
  const { siteRecovery: asr, compute, resources, skip } = clients;
  const container = await walkFabric(clients);
  for (const [name, address] of [
    ['walk-1', '10.0.1.11'],
    ['walk-2', '10.0.1.12'],
    ['walk-3', '10.0.2.21'],
  ] as const)
    await beginEnable(clients, container, name, address);
  await skip(300);
  const [jobs, ...lists] = await Promise.all(
    [
      asr.replicationJobs.list(...inVault),
      asr.replicationPolicies.list(...inVault),
      asr.replicationProtectedItems.list(...inVault),
      asr.replicationProtectedItems.listByReplicationProtectionContainers(...inVault, fabric, container),
      compute.disks.listByResourceGroup('rg-payroll'),
      compute.resourceSkus.list(),
      resources.resourceGroups.list(),
      resources.resources.list(),
    ].map(async (list) => (await all<{ name?: string }>(list)).map(({ name }) => name ?? '')),
  );
  return {
    jobs: (jobs ?? []).toSorted(),
    ...Object.fromEntries(lists.map((names, at) => [`list ${at}`, names])),
  };
}
