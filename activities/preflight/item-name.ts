import type { AzureClients } from '../clouds.ts';
import { readItem, type ItemAddress } from '../site-recovery/items.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';
import type { Findings } from './findings.ts';
import type { SourceInstance } from './source.ts';

/**
 * Whether a protected item of the machine's name is there that replicates another machine: the names of two plans and
 * their machines can run together to the same one.
 */
export async function checkItemName(
  azure: AzureClients,
  item: ItemAddress,
  { privateIp }: SourceInstance,
  findings: Findings,
): Promise<void> {
  const there = await readItem(azure, item);
  const sourceIp = there === undefined ? '' : providerOf(item.environment).details(there).sourceIp;
  if (sourceIp === '' || sourceIp === privateIp) return;
  findings.blocker(
    'ITEM_OF_ANOTHER_MACHINE',
    `The protected item ${item.name} replicates the machine at ${sourceIp}, and this one is at ${privateIp}`,
    'Rename the plan or the machine; where it is the same machine with several addresses, name its primary one in the plan or accept the code',
  );
}
