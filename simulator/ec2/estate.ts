import type { Clock } from '../clock.ts';
import type { Guest } from '../guest/guest.ts';
import type { Software } from '../guest/software.ts';
import type { WriteLog } from '../guest/write-log.ts';
import type { InstanceAnswer, ReservationAnswer, SnapshotAnswer, Tag, VolumeAnswer } from './answers.ts';
import type { Ids } from './ids.ts';
import type { AwsSection, Quirks } from './section.ts';
import type { IpPermission, SecurityRule } from './security-rules.ts';
import { Table } from './table.ts';

/** An instance: what EC2 says of it now, and what it is like. */
export interface InstanceRow {
  readonly id: string;
  readonly reservation: ReservationAnswer;
  readonly guest: Guest;
  readonly software: Software;
  readonly writes: WriteLog;
  /** An auto-assigned public address comes new with each start. */
  readonly hasAutoPublicAddress: boolean;
  answer: InstanceAnswer;
  quirks: Quirks;
  wasForceStopped: boolean;
  /** Counts state changes: a planned one happens only if no other came in between. */
  transition: number;
  /** When it came up, in simulated time; 0 for long ago. */
  upSinceMs: number;
  /** When it last began to go down, in simulated time. */
  downSinceMs?: number;
  /** Counts starts: instance-store disks come new with each. */
  starts: number;
  /** While the change of an instance is not visible yet (eventual consistency): what reads still show. */
  heldBack?: { readonly answer: InstanceAnswer; readonly untilMs: number };
}

/** A snapshot; right after its creation it may be invisible to reads. */
export interface SnapshotRow extends PlainRow<SnapshotAnswer> {
  readonly visibleFromMs: number;
}

/** A resource whose answer is all there is to it. */
export interface PlainRow<A> {
  readonly id: string;
  answer: A;
}

export interface SubnetAnswer {
  readonly SubnetId: string;
  readonly VpcId: string;
  readonly CidrBlock: string;
  readonly AvailabilityZone: string;
  readonly State: 'available';
  readonly OwnerId: string;
  readonly AvailableIpAddressCount: number;
  readonly Tags: readonly Tag[];
}

export interface VpcAnswer {
  readonly VpcId: string;
  readonly CidrBlock: string;
  readonly State: 'available';
  readonly OwnerId: string;
  readonly IsDefault: boolean;
  readonly InstanceTenancy: 'default';
  readonly Tags: readonly Tag[];
}

export interface SecurityGroupAnswer {
  readonly GroupId: string;
  readonly GroupName: string;
  readonly Description: string;
  readonly OwnerId: string;
  readonly VpcId: string | undefined;
  readonly SecurityGroupArn: string;
  readonly IpPermissions: readonly IpPermission[];
  readonly IpPermissionsEgress: readonly IpPermission[];
  readonly Tags: readonly Tag[];
}

/** A security group with its rules one by one; what it answers groups them as EC2 does. */
export interface SecurityGroupRow extends PlainRow<SecurityGroupAnswer> {
  rules: readonly SecurityRule[];
}

export interface ImageAnswer {
  readonly ImageId: string;
  readonly Name: string;
  readonly Description: string;
  readonly Platform: string | undefined;
  readonly PlatformDetails: string;
  readonly Architecture: string;
  readonly BootMode: string;
  readonly State: 'available';
  readonly Public: boolean;
  readonly OwnerId: string;
  readonly Hypervisor: 'xen';
  readonly VirtualizationType: 'hvm';
  readonly RootDeviceType: string;
  readonly Tags: readonly Tag[];
}

/** Everything that exists in the simulated account, and what its changes need. */
export interface Estate {
  readonly section: AwsSection;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly instances: Table<InstanceRow>;
  readonly volumes: Table<PlainRow<VolumeAnswer>>;
  readonly snapshots: Table<SnapshotRow>;
  readonly images: Table<PlainRow<ImageAnswer>>;
  readonly subnets: Table<PlainRow<SubnetAnswer>>;
  readonly vpcs: Table<PlainRow<VpcAnswer>>;
  readonly securityGroups: Table<SecurityGroupRow>;
  /** What has been launched by client token, and the request that asked for it. */
  readonly launches: Map<string, { readonly request: string; readonly rows: readonly InstanceRow[] }>;
}

/** An account with nothing in it. The indexes carry the names of the filters that they answer; `tag` answers `tag:<key>`. */
export function emptyEstate(section: AwsSection, clock: Clock, ids: Ids): Estate {
  return {
    section,
    clock,
    ids,
    instances: new Table<InstanceRow>({
      'private-ip-address': ({ answer }) => present([answer.PrivateIpAddress]),
      'network-interface.addresses.private-ip-address': ({ answer }) => privateAddresses(answer),
      tag: tagEntries,
      'vpc-id': ({ answer }) => present([answer.VpcId]),
      'instance.group-id': groupsOf,
      'network-interface.network-interface-id': ({ answer }) =>
        present((answer.NetworkInterfaces ?? []).map(({ NetworkInterfaceId }) => NetworkInterfaceId)),
    }),
    volumes: new Table<PlainRow<VolumeAnswer>>({
      tag: tagEntries,
      'attachment.instance-id': ({ answer }) =>
        present((answer.Attachments ?? []).map(({ InstanceId }) => InstanceId)),
    }),
    images: new Table(),
    snapshots: new Table<SnapshotRow>({ tag: tagEntries, 'volume-id': ({ answer }) => [answer.VolumeId] }),
    subnets: new Table(),
    vpcs: new Table(),
    securityGroups: new Table(),
    launches: new Map(),
  };
}

/** The values that are there. */
export function present<V>(values: readonly (V | undefined)[]): V[] {
  return values.filter((value) => value !== undefined);
}

/** Every private IPv4 address of an instance's network interfaces. */
export function privateAddresses(answer: InstanceAnswer): string[] {
  const addresses = (answer.NetworkInterfaces ?? []).flatMap(
    ({ PrivateIpAddresses }) => PrivateIpAddresses ?? [],
  );
  return present(addresses.map(({ PrivateIpAddress }) => PrivateIpAddress));
}

/** The security groups of an instance's network interfaces. */
export function groupsOf({ answer }: Pick<InstanceRow, 'answer'>): string[] {
  const groups = (answer.NetworkInterfaces ?? []).flatMap(({ Groups }) => Groups ?? []);
  return present([...groups, ...(answer.SecurityGroups ?? [])].map(({ GroupId }) => GroupId));
}

/** A tag with this key and value, as the index `tag` knows it. */
export function tagEntry(key: string, value: string): string {
  return `${key}=${value}`;
}

function tagEntries({
  answer,
}: {
  readonly answer: { readonly Tags?: readonly Tag[] | undefined };
}): string[] {
  return (answer.Tags ?? []).map(({ Key, Value }) => tagEntry(Key, Value));
}

/** The value of a tag. */
export function tagValue(tags: readonly Tag[] | undefined, key: string): string | undefined {
  return tags?.find((tag) => tag.Key === key)?.Value;
}
