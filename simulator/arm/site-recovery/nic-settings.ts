import type { SourceMachine } from '../../source-machines.ts';
import { badInput } from './asr-error.ts';
import { checkNetwork } from './check-network.ts';
import { requireFreeAddress } from './subnet-address.ts';
import type { VaultWorld } from './vault-world.ts';

/** What a failover will make of one network interface. */
export interface NicSettings {
  /** The source's MAC address, in capitals (recorded). */
  readonly nicId: string;
  /** Its address at the source. */
  readonly sourceIp: string;
  readonly isPrimary: boolean;
  /** One that is not selected is left out of the failover. */
  readonly isSelected: boolean;
  readonly targetSubnetName: string | undefined;
  /** Static; Azure gives one when absent. */
  readonly targetIpAddress: string | undefined;
  readonly testSubnetName: string | undefined;
  readonly testIpAddress: string | undefined;
}

/** What interfaces are connected to: all of a machine's go to the same network (documented). */
interface Ends {
  readonly nics: readonly NicSettings[];
  readonly targetNetworkId: string;
  readonly testNetworkId: string;
}

/**
 * The interfaces of a machine whose replication begins: all go along, the first is the primary one (documented). That
 * they all get the subnets of the request is inferred.
 */
export function newNics(
  { interfaces }: SourceMachine,
  subnets: Partial<Pick<NicSettings, 'targetSubnetName' | 'testSubnetName'>>,
): NicSettings[] {
  return interfaces.map(({ macAddress, privateIp }, at) => ({
    nicId: macAddress.toUpperCase(),
    sourceIp: privateIp,
    isPrimary: at === 0,
    isSelected: true,
    targetSubnetName: subnets.targetSubnetName,
    targetIpAddress: undefined,
    testSubnetName: subnets.testSubnetName,
    testIpAddress: undefined,
  }));
}

/**
 * The interfaces after a PATCH; one that it does not name stays.
 * @param change what an input makes of its interface. @throws ArmError 400 for an interface that the machine does not have.
 */
export function changedNics<Input extends { readonly nicId: string }>(
  nics: readonly NicSettings[],
  inputs: readonly Input[],
  change: (nic: NicSettings, input: Input) => NicSettings,
): NicSettings[] {
  for (const { nicId } of inputs) requireNic(nics, nicId);
  return nics.map((nic) => {
    const input = inputs.find(({ nicId }) => isId(nic, nicId));
    return input === undefined ? nic : change(nic, input);
  });
}

/** The interfaces with another one as the primary. @throws ArmError 400 for one that the machine does not have. */
export function withPrimary(nics: readonly NicSettings[], nicId: string): NicSettings[] {
  requireNic(nics, nicId);
  return nics.map((nic) => ({ ...nic, isPrimary: isId(nic, nicId) }));
}

/**
 * That a failover could make these interfaces.
 * @throws ArmError 400 unless exactly one is primary and that one selected (inferred), and for subnets and addresses that
 * Azure would not take.
 */
export function checkNics({ nics, targetNetworkId, testNetworkId }: Ends, world: VaultWorld): void {
  const [primary, ...others] = nics.filter(({ isPrimary }) => isPrimary);
  if (primary === undefined || others.length > 0) {
    throw badInput('Exactly one network interface of the machine must be the primary one.');
  }
  if (!primary.isSelected) {
    throw badInput('The primary network interface of the machine must be selected for failover.');
  }
  requireDifferent(nics.map(({ targetIpAddress }) => targetIpAddress));
  requireDifferent(nics.map(({ testIpAddress }) => testIpAddress));
  for (const { targetSubnetName, targetIpAddress, testSubnetName, testIpAddress } of nics) {
    checkEnd(targetNetworkId, targetSubnetName, targetIpAddress, world);
    checkEnd(testNetworkId, testSubnetName, testIpAddress, world);
  }
}

function requireNic(nics: readonly NicSettings[], nicId: string): void {
  if (nics.some((nic) => isId(nic, nicId))) return;
  throw badInput(`The machine has no network interface '${nicId}'.`);
}

function isId(nic: NicSettings, nicId: string): boolean {
  return nic.nicId.toLowerCase() === nicId.toLowerCase();
}

function requireDifferent(addresses: readonly (string | undefined)[]): void {
  const given = addresses.filter((address) => address !== undefined);
  const double = given.find((address, at) => given.indexOf(address) !== at);
  if (double === undefined) return;
  throw badInput(`Two network interfaces of the machine have the static IP address '${double}'.`);
}

function checkEnd(
  networkId: string,
  subnet: string | undefined,
  address: string | undefined,
  world: VaultWorld,
): void {
  if (networkId === '') return;
  checkNetwork(networkId, subnet, world);
  if (address !== undefined) requireFreeAddress(networkId, subnet, address, world);
}
