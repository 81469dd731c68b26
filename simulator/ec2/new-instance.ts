import type { BlockDeviceAnswer, InstanceAnswer, NetworkInterfaceAnswer } from './answers.ts';
import type { Estate } from './estate.ts';
import { instanceTypeFacts } from './instance-types.ts';
import type { Place } from './addresses.ts';
import { tagList } from './answers.ts';
import { withPublicAddress } from './public-address.ts';
import type { ScenarioInstance } from './section.ts';
import { stateAnswer } from './states.ts';

/** What `DescribeInstances` says of an instance that a scenario describes. */
export function describeInstance(
  estate: Estate,
  instance: ScenarioInstance,
  made: {
    readonly id: string;
    readonly imageId: string;
    readonly place: Place;
    readonly devices: readonly BlockDeviceAnswer[];
  },
): InstanceAnswer {
  const { id, imageId, place, devices } = made;
  const launchTime = estate.clock.now.toISOString();
  const isUp = instance.state === 'running' || instance.state === 'pending';
  const answer: InstanceAnswer = {
    InstanceId: id,
    ImageId: imageId,
    ...hardware(instance),
    ...billing(instance, launchTime),
    ...launchedWith(estate, instance),
    ClientToken: '',
    AmiLaunchIndex: 0,
    LaunchTime: launchTime,
    Monitoring: { State: 'disabled' },
    Placement: { AvailabilityZone: place.availabilityZone, GroupName: '', Tenancy: 'default' },
    State: stateAnswer(instance.state),
    StateTransitionReason: '',
    ...(instance.state === 'terminated' ? {} : network(estate, instance, place)),
    BlockDeviceMappings: [...devices],
    RootDeviceName: devices[0]?.DeviceName ?? '/dev/sda1',
    RootDeviceType: instance.quirks.instanceStore === 'root' ? 'instance-store' : 'ebs',
    Tags: tagList({ Name: instance.name, ...instance.tags }),
  };
  const { publicAddress } = instance;
  if (publicAddress === 'none' || (publicAddress === 'auto' && !isUp)) return answer;
  const owner = publicAddress === 'auto' ? 'amazon' : estate.section.account;
  return withPublicAddress(answer, estate.ids.publicAddress(), owner);
}

function hardware({ type, platform, firmware }: ScenarioInstance): Partial<InstanceAnswer> {
  return {
    InstanceType: type,
    Architecture: instanceTypeFacts(type)?.architecture ?? 'x86_64',
    ...(platform === 'windows' ? { Platform: 'windows' } : {}),
    CurrentInstanceBootMode: firmware === 'UEFI' ? 'uefi' : 'legacy-bios',
    EbsOptimized: true,
    EnaSupport: true,
    // EC2 says `xen` of Nitro instances too; the truth stands in DescribeInstanceTypes.
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
  };
}

function billing(
  { platform, lifecycle, usageOperation, productCodes }: ScenarioInstance,
  since: string,
): Partial<InstanceAnswer> {
  return {
    PlatformDetails: platform === 'windows' ? 'Windows' : 'Linux/UNIX',
    UsageOperation: usageOperation ?? (platform === 'windows' ? 'RunInstances:0002' : 'RunInstances'),
    UsageOperationUpdateTime: since,
    ProductCodes: productCodes.map((ProductCodeId) => ({ ProductCodeId, ProductCodeType: 'marketplace' })),
    ...(lifecycle === 'spot' ? { InstanceLifecycle: 'spot' } : {}),
  };
}

/** What it brings from its launch: a role for its programs, and whether it may be hibernated. */
function launchedWith(
  { section }: Estate,
  { instanceProfile, hibernation }: ScenarioInstance,
): Partial<InstanceAnswer> {
  const profile = `arn:aws:iam::${section.account}:instance-profile/${instanceProfile ?? ''}`;
  return {
    HibernationOptions: { Configured: hibernation },
    ...(instanceProfile === undefined ? {} : { IamInstanceProfile: { Arn: profile } }),
  };
}

function network(
  estate: Estate,
  { securityGroups, interfaces = [], secondaryIps = [], ipv6Addresses = [] }: ScenarioInstance,
  place: Place,
): Partial<InstanceAnswer> {
  const { vpcId, subnetId, privateIp } = place;
  const groups = securityGroups?.map((id) => groupOf(estate, id)) ?? [
    { GroupId: `sg-${vpcId.slice('vpc-'.length)}`, GroupName: 'default' },
  ];
  const dnsName = `ip-${privateIp.replaceAll('.', '-')}.${estate.section.region}.compute.internal`;
  const address = { PrivateIpAddress: privateIp, PrivateDnsName: dnsName };
  const networkInterface: NetworkInterfaceAnswer = {
    NetworkInterfaceId: estate.ids.next('eni'),
    OwnerId: estate.section.account,
    Description: '',
    InterfaceType: 'interface',
    MacAddress: macAddress(estate),
    Status: 'in-use',
    SourceDestCheck: true,
    ...address,
    PrivateIpAddresses: [
      { ...address, Primary: true },
      ...secondaryIps.map((PrivateIpAddress) => ({ PrivateIpAddress, Primary: false })),
    ],
    Ipv6Addresses: ipv6Addresses.map((Ipv6Address) => ({ Ipv6Address, IsPrimaryIpv6: false })),
    SubnetId: subnetId,
    VpcId: vpcId,
    Groups: groups,
    Attachment: {
      AttachmentId: estate.ids.next('eni-attach'),
      DeviceIndex: 0,
      Status: 'attached',
      DeleteOnTermination: true,
      AttachTime: estate.clock.now.toISOString(),
    },
  };
  return {
    VpcId: vpcId,
    SubnetId: subnetId,
    ...address,
    PublicDnsName: '',
    NetworkInterfaces: [
      networkInterface,
      ...interfaces.map((further, at) => furtherInterface(estate, networkInterface, further, at + 1)),
    ],
    SecurityGroups: groups,
    SourceDestCheck: true,
  };
}

/** @throws Error for a group that the scenario does not describe. */
function groupOf({ securityGroups }: Estate, id: string): { GroupId: string; GroupName: string } {
  const group = securityGroups.get(id)?.answer;
  if (group === undefined) throw new Error(`aws: securityGroups does not describe ${id}`);
  return { GroupId: group.GroupId, GroupName: group.GroupName };
}

/** One beside the first, in the same subnet and with the same groups. */
function furtherInterface(
  estate: Estate,
  first: NetworkInterfaceAnswer,
  privateIp: string,
  deviceIndex: number,
): NetworkInterfaceAnswer {
  const attachment = { AttachmentId: estate.ids.next('eni-attach'), DeviceIndex: deviceIndex };
  return {
    ...first,
    NetworkInterfaceId: estate.ids.next('eni'),
    MacAddress: macAddress(estate),
    PrivateIpAddress: privateIp,
    PrivateIpAddresses: [{ PrivateIpAddress: privateIp, Primary: true }],
    Ipv6Addresses: [],
    Attachment: { ...first.Attachment, ...attachment },
  };
}

function macAddress({ ids }: Estate): string {
  return `02:${[0, 0, 0, 0, 0].map(() => ids.hex(2)).join(':')}`;
}
