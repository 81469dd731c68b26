import type { ArmCall } from '../arm-call.ts';
import { resourceNotFound } from '../arm-error.ts';
import { notThere } from './asr-error.ts';
import type { ProtectedItem } from './protected-item.ts';
import type { Vault } from './vault.ts';
import type { Vaults } from './vaults.ts';

const vaultPath =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.RecoveryServices/vaults/{vault}';
const fabricPath = `${vaultPath}/replicationFabrics/{fabric}`;
const containerPath = `${fabricPath}/replicationProtectionContainers/{container}`;

/** Finds what the path of a request names, or throws the service's 404. */
export class VaultFinder {
  readonly path = vaultPath;
  readonly fabric = fabricPath;
  readonly container = containerPath;
  readonly item = `${containerPath}/replicationProtectedItems/{item}`;
  readonly #vaults: Vaults;

  constructor(vaults: Vaults) {
    this.#vaults = vaults;
  }

  vault(call: ArmCall): Vault {
    const [group, name] = [call.param('group'), call.param('vault')];
    const vault = this.#vaults.find(group, name);
    if (vault === undefined) throw resourceNotFound('Microsoft.RecoveryServices/vaults', name, group);
    return vault;
  }

  fabricOf(call: ArmCall): Vault {
    const vault = this.vault(call);
    if (!same(vault.fabricName, call.param('fabric'))) throw notThere(decodeURIComponent(call.request.path));
    return vault;
  }

  containerOf(call: ArmCall): Vault {
    const vault = this.fabricOf(call);
    if (!same(vault.containerName, call.param('container')))
      throw notThere(decodeURIComponent(call.request.path));
    return vault;
  }

  /** An item that can be read; one whose creation is not visible yet is not there. */
  itemOf(call: ArmCall): { readonly vault: Vault; readonly item: ProtectedItem } {
    const vault = this.containerOf(call);
    const item = vault.items.get(call.param('item'));
    if (item === undefined || vault.shown(item) === undefined)
      throw notThere(vault.ids.item(call.param('item')));
    return { vault, item };
  }
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
