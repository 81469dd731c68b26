import type { Target } from '../../plan/index.ts';
import { nameOf, sameId } from '../arm-id.ts';
import type { TargetInterface, TargetSettings } from './providers/provider.ts';

/**
 * What an item's settings have to be for the plan. What the plan does not say stays as the service chose it.
 * @param shown as the item shows them, with all its interfaces.
 */
export function wantedSettings(target: Target, shown: TargetSettings): TargetSettings {
  return {
    vmName: target.vmName,
    size: wantedSize(target, shown),
    networkId: target.networkId,
    testNetworkId: target.testNetworkId ?? shown.testNetworkId,
    interfaces: wantedInterfaces(target, shown.interfaces),
  };
}

/** Any size of the plan's list will do: a failover that met no capacity for the first has left a later one. */
function wantedSize({ size = '', nextSizes }: Target, shown: TargetSettings): string {
  const isListed = [size, ...nextSizes].some((one) => sameId(one, shown.size));
  return isListed || size === '' ? shown.size : size;
}

/** Addresses of the plan's interfaces that the item does not show: they cannot be chosen. */
export function unknownInterfaces({ interfaces = [] }: Target, shown: TargetSettings): readonly string[] {
  return interfaces.filter((address) => !shown.interfaces.some(({ sourceIp }) => sourceIp === address));
}

/** In what the item shows something else than wanted, in words; empty when all is as it should be. */
export function differences(wanted: TargetSettings, shown: TargetSettings): string[] {
  return [
    ...difference('the name', wanted.vmName, shown.vmName),
    ...difference('the size', wanted.size, shown.size),
    ...difference('the network', wanted.networkId, shown.networkId),
    ...difference('the test network', wanted.testNetworkId, shown.testNetworkId),
    ...wanted.interfaces.flatMap((one) => interfaceDifferences(one, shown.interfaces)),
  ];
}

function wantedInterfaces(target: Target, shown: readonly TargetInterface[]): TargetInterface[] {
  const isSelected = ({ sourceIp, isSelected: now }: TargetInterface) =>
    target.interfaces?.includes(sourceIp) ?? now;
  const selected = shown.filter(isSelected);
  const primary = selected.find((one) => one.isPrimary) ?? selected[0];
  return shown.map((one) => {
    if (one !== primary) return { ...one, isPrimary: false, isSelected: isSelected(one) };
    return {
      ...one,
      isPrimary: true,
      isSelected: true,
      subnet: target.subnetName,
      privateIp: target.privateIp ?? one.privateIp,
      testSubnet: target.testSubnetName ?? one.testSubnet,
      testPrivateIp: target.testPrivateIp ?? one.testPrivateIp,
    };
  });
}

function interfaceDifferences(wanted: TargetInterface, all: readonly TargetInterface[]): string[] {
  const shown = all.find(({ id }) => id === wanted.id);
  const of = `of interface ${wanted.sourceIp || wanted.id}`;
  if (shown === undefined) return [`interface ${wanted.sourceIp || wanted.id} is gone`];
  if (wanted.isSelected !== shown.isSelected)
    return [`interface ${wanted.sourceIp || wanted.id} is ${shown.isSelected ? '' : 'not '}taken along`];
  if (!wanted.isSelected) return [];
  return [
    ...(wanted.isPrimary === shown.isPrimary
      ? []
      : [`interface ${wanted.sourceIp || wanted.id} is not primary`]),
    ...difference(`the subnet ${of}`, wanted.subnet, shown.subnet),
    ...difference(`the address ${of}`, wanted.privateIp, shown.privateIp),
    ...difference(`the test subnet ${of}`, wanted.testSubnet, shown.testSubnet),
    ...difference(`the test address ${of}`, wanted.testPrivateIp, shown.testPrivateIp),
  ];
}

function difference(what: string, wanted: string, shown: string): string[] {
  if (sameId(wanted, shown)) return [];
  const short = sameId(nameOf(wanted), nameOf(shown)) ? (id: string) => id : nameOf;
  return [`${what} is ${short(shown) || 'not set'}, the plan says ${short(wanted)}`];
}
