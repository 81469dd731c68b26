import type { InstanceAnswer, NetworkInterfaceAnswer } from './answers.ts';

/**
 * The instance with a public address on its first network interface.
 * @param owner `amazon` for an auto-assigned address, the account for an Elastic IP.
 */
export function withPublicAddress(answer: InstanceAnswer, address: string, owner: string): InstanceAnswer {
  const [first, ...others] = answer.NetworkInterfaces ?? [];
  const dnsName = `ec2-${address.replaceAll('.', '-')}.compute.amazonaws.com`;
  const association = { IpOwnerId: owner, PublicIp: address, PublicDnsName: dnsName };
  const interfaces = first === undefined ? [] : [associated(first, association), ...others];
  return { ...answer, PublicIpAddress: address, PublicDnsName: dnsName, NetworkInterfaces: interfaces };
}

/** The instance as it is once its auto-assigned public address is gone. */
export function withoutPublicAddress(answer: InstanceAnswer): InstanceAnswer {
  const interfaces = answer.NetworkInterfaces?.map(dissociated);
  return { ...answer, PublicIpAddress: undefined, PublicDnsName: '', NetworkInterfaces: interfaces };
}

/** True where EC2 gave the public address itself: it goes with the stop and comes new with the start. */
export function hasAutoPublicAddress({ PublicIpAddress, NetworkInterfaces = [] }: InstanceAnswer): boolean {
  return NetworkInterfaces.some(
    ({ Association }) => Association?.IpOwnerId === 'amazon' && Association.PublicIp === PublicIpAddress,
  );
}

function associated(
  networkInterface: NetworkInterfaceAnswer,
  association: NonNullable<NetworkInterfaceAnswer['Association']>,
): NetworkInterfaceAnswer {
  const [first, ...others] = networkInterface.PrivateIpAddresses ?? [];
  const addresses = first === undefined ? [] : [{ ...first, Association: association }, ...others];
  return { ...networkInterface, Association: association, PrivateIpAddresses: addresses };
}

function dissociated(networkInterface: NetworkInterfaceAnswer): NetworkInterfaceAnswer {
  const addresses = networkInterface.PrivateIpAddresses?.map((address) => ({
    ...address,
    Association: undefined,
  }));
  return { ...networkInterface, Association: undefined, PrivateIpAddresses: addresses };
}
