import { BlockList, isIPv4 } from 'node:net';
import { badInput } from './asr-error.ts';
import type { VaultWorld } from './vault-world.ts';

/**
 * A static address must lie in its subnet, and Azure keeps the first four and the last one for itself (documented).
 * @throws ArmError 400 with an inferred text.
 */
export function requireFreeAddress(
  networkId: string,
  subnetName: string | undefined,
  address: string,
  { resources }: VaultWorld,
): void {
  const subnets = resources.networkById(networkId)?.subnets ?? [];
  const subnet = subnets.find(({ name }) => name.toLowerCase() === subnetName?.toLowerCase()) ?? subnets[0];
  if (subnet === undefined || !isIPv4(address) || !contains(subnet.prefix, address)) {
    throw badInput(
      `The static IP address '${address}' is not in the subnet '${subnet?.name ?? ''}' (${subnet?.prefix ?? ''}) of the virtual network '${networkId}'.`,
    );
  }
  if (isReserved(subnet.prefix, address)) {
    throw badInput(`The static IP address '${address}' is reserved by Azure in the subnet '${subnet.name}'.`);
  }
  const taken = resources.network.interfaces.refusalOf(`${networkId}/subnets/${subnet.name}`, address);
  if (taken !== undefined) {
    throw badInput(
      `The static IP address '${address}' is not free in the subnet '${subnet.name}': ${taken.message}`,
    );
  }
}

function contains(prefix: string, address: string): boolean {
  const [network = '', bits = '32'] = prefix.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(bits), 'ipv4');
  return list.check(address, 'ipv4');
}

function isReserved(prefix: string, address: string): boolean {
  const [network = '', bits = '32'] = prefix.split('/');
  const size = 2 ** (32 - Number(bits));
  const offset = numberOf(address) - Math.floor(numberOf(network) / size) * size;
  return offset < 4 || offset === size - 1;
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
