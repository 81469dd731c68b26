import { badInput } from './asr-error.ts';
import type { VaultWorld } from './vault-world.ts';

/** @throws ArmError 400 unless there is such a virtual network, with such a subnet where one is named. */
export function checkNetwork(id: string, subnet: string | undefined, { resources }: VaultWorld): void {
  const network = resources.networkById(id);
  if (network === undefined) throw badInput(`The virtual network '${id}' does not exist.`);
  if (
    subnet !== undefined &&
    !network.subnets.some(({ name }) => name.toLowerCase() === subnet.toLowerCase())
  ) {
    throw badInput(`The virtual network '${id}' has no subnet '${subnet}'.`);
  }
}
