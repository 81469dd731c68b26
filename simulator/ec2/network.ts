import type { Estate, InstanceRow } from './estate.ts';
import type { Tag } from './answers.ts';
import type { AwsSection } from './section.ts';

const defaultVpcId = 'vpc-0de0a017000000001';
const defaultSubnetId = 'subnet-0de0a017000000001';
const defaultCidr = '10.0.0.0/16';

/** Makes the VPCs and subnets that the section describes; an account without any subnet gets a default one. */
export function addNetworks(estate: Estate): void {
  const { section } = estate;
  for (const { vpcId, cidr, tags } of section.vpcs) addVpc(estate, vpcId, cidr, tagList(tags));
  for (const subnet of section.subnets) addSubnet(estate, subnet);
  if (section.subnets.length > 0) return;
  const vpcId = section.vpcs[0]?.vpcId ?? defaultVpcId;
  addSubnet(estate, {
    subnetId: defaultSubnetId,
    vpcId,
    cidr: section.vpcs[0]?.cidr ?? defaultCidr,
    tags: {},
  });
}

function addVpc({ vpcs, section }: Estate, vpcId: string, cidr: string, tags: readonly Tag[]): void {
  if (vpcs.get(vpcId) !== undefined) return;
  const answer = {
    VpcId: vpcId,
    CidrBlock: cidr,
    State: 'available',
    OwnerId: section.account,
    IsDefault: vpcId === defaultVpcId,
    InstanceTenancy: 'default',
    Tags: tags,
  } as const;
  vpcs.add({ id: vpcId, answer });
}

function addSubnet(estate: Estate, subnet: AwsSection['subnets'][number]): void {
  const { section, subnets } = estate;
  const { subnetId, vpcId, cidr, availabilityZone, tags } = subnet;
  addVpc(estate, vpcId, widened(cidr, 16), []);
  const answer = {
    SubnetId: subnetId,
    VpcId: vpcId,
    CidrBlock: cidr,
    AvailabilityZone: availabilityZone ?? `${section.region}a`,
    State: 'available',
    OwnerId: section.account,
    AvailableIpAddressCount: range(cidr).size - 5,
    Tags: tagList(tags),
  } as const;
  subnets.add({ id: subnetId, answer });
}

/**
 * Describes the networks that an instance names and nobody described: a subnet is the /20 around the first address
 * seen in it, a VPC the /16, and a security group has no rules.
 */
export function addNetworksOf(estate: Estate, { answer }: InstanceRow): void {
  const { VpcId, SubnetId, PrivateIpAddress = '10.0.0.0' } = answer;
  if (VpcId !== undefined) addVpc(estate, VpcId, widened(PrivateIpAddress, 16), []);
  if (VpcId !== undefined && SubnetId !== undefined && estate.subnets.get(SubnetId) === undefined) {
    const availabilityZone = answer.Placement?.AvailabilityZone;
    const cidr = widened(PrivateIpAddress, 20);
    addSubnet(estate, { subnetId: SubnetId, vpcId: VpcId, cidr, availabilityZone, tags: {} });
  }
  for (const { GroupId, GroupName = '' } of answer.SecurityGroups ?? []) {
    if (GroupId !== undefined) addSecurityGroup(estate, GroupId, GroupName, VpcId);
  }
}

function addSecurityGroup(estate: Estate, groupId: string, name: string, vpcId: string | undefined): void {
  if (estate.securityGroups.get(groupId) !== undefined) return;
  const answer = {
    GroupId: groupId,
    GroupName: name,
    Description: name,
    OwnerId: estate.section.account,
    VpcId: vpcId,
    IpPermissions: [],
    IpPermissionsEgress: [],
    Tags: [],
  };
  estate.securityGroups.add({ id: groupId, answer });
}

/** Where an instance of the scenario stands. */
export interface Place {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly privateIp: string;
}

/** Gives scenario instances their subnet and address: the ones they name, or the next free. */
export class Addresses {
  readonly #estate: Estate;
  readonly #next = new Map<string, number>();
  readonly #taken: ReadonlySet<string>;

  /** @param taken addresses that are never given to an instance that names none. */
  constructor(estate: Estate, taken: ReadonlySet<string>) {
    this.#estate = estate;
    this.#taken = taken;
  }

  /** @throws Error where the subnet has no free address, or where nothing tells the instance's subnet. */
  place(wish: {
    readonly name: string;
    readonly subnetId?: string | undefined;
    readonly vpcId?: string | undefined;
    readonly privateIp?: string | undefined;
  }): Place {
    const { privateIp, vpcId } = wish;
    const known = this.#estate.subnets.all().map(({ answer }) => answer);
    const subnet =
      wish.subnetId !== undefined
        ? known.find(({ SubnetId }) => SubnetId === wish.subnetId)
        : (known.find(({ CidrBlock }) => privateIp !== undefined && contains(CidrBlock, privateIp)) ??
          known[0]);
    const availabilityZone = subnet?.AvailabilityZone ?? `${this.#estate.section.region}a`;
    const subnetId = wish.subnetId ?? subnet?.SubnetId ?? defaultSubnetId;
    const address = privateIp ?? this.#free(wish.name, subnetId, subnet?.CidrBlock);
    return { subnetId, vpcId: vpcId ?? subnet?.VpcId ?? defaultVpcId, availabilityZone, privateIp: address };
  }

  #free(name: string, subnetId: string, cidr: string | undefined): string {
    if (cidr === undefined) {
      throw new Error(
        `aws: ${name} has no privateIp and stands in ${subnetId}, which subnets does not describe`,
      );
    }
    const { first, size } = range(cidr);
    // EC2 keeps the first four addresses of a subnet and the last one.
    for (let at = this.#next.get(subnetId) ?? 4; at < size - 1; at++) {
      const address = dotted(first + at);
      if (this.#taken.has(address)) continue;
      this.#next.set(subnetId, at + 1);
      return address;
    }
    throw new Error(
      `aws: no free address for ${name} in ${subnetId} (${cidr}); give the subnet a wider cidr`,
    );
  }
}

/** Tags as EC2 lists them. */
export function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function range(cidr: string): { readonly first: number; readonly size: number } {
  const [address = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return { first: Math.floor(numeric(address) / size) * size, size };
}

function contains(cidr: string, address: string): boolean {
  const { first, size } = range(cidr);
  return numeric(address) >= first && numeric(address) < first + size;
}

function widened(address: string, bits: number): string {
  return `${dotted(range(`${address.split('/')[0] ?? ''}/${bits}`).first)}/${bits}`;
}

function numeric(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
