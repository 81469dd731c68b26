import { tagList } from './answers.ts';
import type { Tag } from './answers.ts';
import { addressRange, blockAround } from './cidr.ts';
import type { Estate, InstanceRow } from './estate.ts';
import type { ScenarioRule } from './network-section.ts';
import type { AwsSection } from './section.ts';
import { addSecurityGroup } from './security-groups.ts';
import { everythingOut, membersIn } from './security-rules.ts';
import type { Peer, RuleTerms } from './security-rules.ts';

/** The networks of an account that describes none. */
export const defaultVpcId = 'vpc-0de0a017000000001';
export const defaultSubnetId = 'subnet-0de0a017000000001';
const defaultCidr = '10.0.0.0/16';

/** Makes the VPCs and subnets that the section describes; an account without any subnet gets a default one. */
export function addNetworks(estate: Estate): void {
  const { section } = estate;
  for (const { vpcId, cidr, tags } of section.vpcs) addVpc(estate, vpcId, cidr, tagList(tags));
  for (const subnet of section.subnets) addSubnet(estate, subnet);
  for (const group of section.securityGroups) addDescribedGroup(estate, group);
  if (section.subnets.length > 0) return;
  const vpcId = section.vpcs[0]?.vpcId ?? defaultVpcId;
  addSubnet(estate, {
    subnetId: defaultSubnetId,
    vpcId,
    cidr: section.vpcs[0]?.cidr ?? defaultCidr,
    tags: {},
  });
}

function addDescribedGroup(estate: Estate, group: AwsSection['securityGroups'][number]): void {
  const { ingress, egress, tags, ...told } = group;
  const rules = [
    ...ingress.map((rule) => termsOf(rule, false)),
    ...(egress?.map((rule) => termsOf(rule, true)) ?? [everythingOut]),
  ];
  const { description = told.name } = told;
  addSecurityGroup(estate, { ...told, description, tags: tagList(tags), rules });
}

function termsOf(rule: ScenarioRule, isEgress: boolean): RuleTerms {
  const { protocol, ports, cidr, groupId, prefixListId = '', description } = rule;
  const peer: Peer =
    cidr !== undefined
      ? { kind: 'cidr', cidr }
      : groupId !== undefined
        ? { kind: 'group', groupId }
        : { kind: 'prefix-list', prefixListId };
  const terms = { isEgress, peer, description };
  if (protocol === 'all') return { ...terms, protocol: '-1' };
  return { ...terms, protocol, fromPort: ports?.from ?? 0, toPort: ports?.to ?? 65_535 };
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
  addVpc(estate, vpcId, blockAround(cidr, 16), []);
  const answer = {
    SubnetId: subnetId,
    VpcId: vpcId,
    CidrBlock: cidr,
    AvailabilityZone: availabilityZone ?? `${section.region}a`,
    State: 'available',
    OwnerId: section.account,
    AvailableIpAddressCount: addressRange(cidr).size - 5,
    Tags: tagList(tags),
  } as const;
  subnets.add({ id: subnetId, answer });
}

/**
 * Describes the networks that an instance names and nobody described: a subnet is the /20 around the first address
 * seen in it, a VPC the /16, and a security group lets everything out and its own members in.
 */
export function addNetworksOf(estate: Estate, { answer }: InstanceRow): void {
  const { VpcId, SubnetId, PrivateIpAddress = '10.0.0.0' } = answer;
  if (VpcId !== undefined) addVpc(estate, VpcId, blockAround(PrivateIpAddress, 16), []);
  if (VpcId !== undefined && SubnetId !== undefined && estate.subnets.get(SubnetId) === undefined) {
    const availabilityZone = answer.Placement?.AvailabilityZone;
    const cidr = blockAround(PrivateIpAddress, 20);
    addSubnet(estate, { subnetId: SubnetId, vpcId: VpcId, cidr, availabilityZone, tags: {} });
  }
  for (const { GroupId, GroupName = '' } of answer.SecurityGroups ?? []) {
    if (GroupId === undefined || estate.securityGroups.get(GroupId) !== undefined) continue;
    addSecurityGroup(estate, {
      groupId: GroupId,
      name: GroupName,
      vpcId: VpcId,
      rules: [membersIn(GroupId), everythingOut],
    });
  }
}
