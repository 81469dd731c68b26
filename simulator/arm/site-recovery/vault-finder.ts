import type { ArmCall } from '../arm-call.ts';
import { resourceNotFound } from '../arm-error.ts';
import { notThere } from './asr-error.ts';
import type { Fabric } from './fabric.ts';
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

  fabricOf(call: ArmCall): Fabric {
    const fabric = this.vault(call).fabrics.get(call.param('fabric'));
    if (fabric === undefined) throw notThere(decodeURIComponent(call.request.path));
    return fabric;
  }

  containerOf(call: ArmCall): Fabric {
    const fabric = this.fabricOf(call);
    if (fabric.containerName.toLowerCase() === call.param('container').toLowerCase()) return fabric;
    throw notThere(decodeURIComponent(call.request.path));
  }

  /** An item that can be read; one whose creation is not visible yet is not there. */
  itemOf(call: ArmCall): { readonly vault: Vault; readonly item: ProtectedItem } {
    const fabric = this.containerOf(call);
    const item = fabric.items.get(call.param('item'));
    if (item === undefined || fabric.vault.shown(item) === undefined)
      throw notThere(fabric.ids.item(call.param('item')));
    return { vault: fabric.vault, item };
  }
}
