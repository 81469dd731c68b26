import type {
  Instance,
  NetworkAcl,
  RouteTable,
  SecurityGroup,
  VpcPeeringConnection,
} from '@aws-sdk/client-ec2';

/** One end of a connection: an address, and the interface that has it where EC2 shows one to this account. */
export interface NetworkEnd {
  readonly address: string;
  /** Decides from which ports it opens connections. Absent: Windows, as every server of Site Recovery is. */
  readonly osType?: 'Windows' | 'Linux';
  readonly attachedTo?: NetworkInterface;
}

/** A network interface, as far as it decides what passes. */
export interface NetworkInterface {
  readonly id: string;
  readonly region: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly groupIds: readonly string[];
}

/** All that EC2 says about what passes between some interfaces. */
export interface Network {
  readonly securityGroups: readonly SecurityGroup[];
  readonly acls: readonly NetworkAcl[];
  readonly routeTables: readonly RouteTable[];
  readonly peerings: readonly VpcPeeringConnection[];
  /** Address blocks of the prefix lists that rules and routes name, by their id. */
  readonly prefixLists: ReadonlyMap<string, readonly string[]>;
}

/** The end that an instance is at one of its private addresses. */
export function endOf(instance: Instance, region: string, address: string): NetworkEnd {
  const osType = instance.Platform?.toLowerCase() === 'windows' ? 'Windows' : 'Linux';
  const found = instance.NetworkInterfaces?.find(({ PrivateIpAddresses = [], PrivateIpAddress }) =>
    [PrivateIpAddress, ...PrivateIpAddresses.map((one) => one.PrivateIpAddress)].includes(address),
  );
  const { NetworkInterfaceId: id, VpcId: vpcId, SubnetId: subnetId, Groups = [] } = found ?? {};
  if (id === undefined || vpcId === undefined || subnetId === undefined) return { address, osType };
  const groupIds = Groups.flatMap(({ GroupId }) => GroupId ?? []);
  return { address, osType, attachedTo: { id, region, vpcId, subnetId, groupIds } };
}
