import type { Tag } from './answers.ts';
import { AwsError, invalidValue } from './aws-error.ts';
import { addressRange, contains, dotted } from './cidr.ts';
import type { Estate, ImageAnswer, InstanceRow, SubnetAnswer } from './estate.ts';
import { privateAddresses } from './estate.ts';
import { instanceTypeFacts } from './instance-types.ts';
import { continueTransition } from './lifecycle.ts';
import { imageIds, requireRows, subnetIds } from './named-rows.ts';
import { describeInstance } from './new-instance.ts';
import { publicImages } from './public-images.ts';
import { instanceSchema } from './section.ts';
import type { ScenarioVolume } from './section.ts';
import { namedGroups } from './security-groups.ts';
import type { Guest } from '../guest/guest.ts';
import { firstMac } from './answers.ts';
import { preinstalled } from '../guest/software.ts';
import { WriteLog } from '../guest/write-log.ts';
import { addVolume } from './volumes.ts';

/** What somebody wants to launch. */
export interface LaunchWish {
  readonly imageId: string;
  readonly type: string;
  readonly subnetId: string | undefined;
  readonly groupIds: readonly string[];
  readonly privateIp: string | undefined;
  /** Name of the instance profile; without one Systems Manager never hears of the instance. */
  readonly profile: string | undefined;
  readonly volumes: readonly ScenarioVolume[];
  readonly clientToken: string;
  readonly protectsTermination: boolean;
  /** The name that a script of the first boot gives a Windows machine; without it the image makes one up. */
  readonly computerName: string | undefined;
  readonly instanceTags: readonly Tag[];
  readonly volumeTags: readonly Tag[];
}

/** Size of an image's own root volume in GiB, as Amazon's and Canonical's images have it. */
const rootGiB = { Windows: 30, Linux: 8 } as const;

/**
 * Launches instances: `pending` at first, `running` later, and heard of by Systems Manager some minutes after that.
 * @throws AwsError for an image, subnet, group or type that does not exist, or a subnet without a free address; then none is launched.
 */
export function launch(estate: Estate, wish: LaunchWish, count: number): InstanceRow[] {
  requireRows(estate.images, [wish.imageId], imageIds);
  const image = estate.images.get(wish.imageId)?.answer;
  if (image === undefined || instanceTypeFacts(wish.type) === undefined) {
    throw invalidValue(`Invalid value '${wish.type}' for InstanceType.`);
  }
  const subnet = subnetFor(estate, wish.subnetId);
  namedGroups(estate, wish.groupIds);
  const addresses = freeAddresses(estate, subnet, wish.privateIp, count);
  const reservation = { ReservationId: estate.ids.next('r'), OwnerId: estate.section.account, Groups: [] };
  return addresses.map((privateIp) => launchOne(estate, { wish, image, subnet, privateIp, reservation }));
}

function subnetFor({ subnets }: Estate, subnetId: string | undefined): SubnetAnswer {
  if (subnetId !== undefined) requireRows(subnets, [subnetId], subnetIds);
  const subnet = subnetId === undefined ? subnets.all()[0] : subnets.get(subnetId);
  if (subnet === undefined) throw new AwsError('MissingInput', 'No subnets found for the default VPC.');
  return subnet.answer;
}

/** EC2 keeps the first four addresses of a subnet and the last one. */
function freeAddresses(
  { instances }: Estate,
  { SubnetId, CidrBlock }: SubnetAnswer,
  wanted: string | undefined,
  count: number,
): string[] {
  const inSubnet = instances.all().filter(({ answer }) => answer.SubnetId === SubnetId);
  const taken = new Set(inSubnet.flatMap(({ answer }) => privateAddresses(answer)));
  if (wanted !== undefined) {
    if (!contains(CidrBlock, wanted))
      throw invalidValue("Address does not fall within the subnet's address range");
    if (taken.has(wanted)) throw new AwsError('InvalidIPAddress.InUse', `Address ${wanted} is in use.`);
    return [wanted];
  }
  const { first, size } = addressRange(CidrBlock);
  const free: string[] = [];
  for (let at = 4; at < size - 1 && free.length < count; at++) {
    const address = dotted(first + at);
    if (!taken.has(address)) free.push(address);
  }
  if (free.length === count) return free;
  throw new AwsError(
    'InsufficientFreeAddressesInSubnet',
    `There are not enough free addresses in subnet '${SubnetId}' to satisfy the requested number of instances.`,
  );
}

function launchOne(
  estate: Estate,
  made: {
    readonly wish: LaunchWish;
    readonly image: ImageAnswer;
    readonly subnet: SubnetAnswer;
    readonly privateIp: string;
    readonly reservation: InstanceRow['reservation'];
  },
): InstanceRow {
  const { wish, image, subnet, privateIp, reservation } = made;
  const id = estate.ids.next('i');
  const isWindows = image.Platform === 'windows';
  const osType = isWindows ? 'Windows' : 'Linux';
  const place = {
    subnetId: subnet.SubnetId,
    vpcId: subnet.VpcId,
    availabilityZone: subnet.AvailabilityZone,
    privateIp,
  };
  const volumes = volumesOf(wish.volumes, rootGiB[osType]);
  const devices = volumes.map((volume) =>
    addVolume(estate, volume, {
      instanceId: id,
      availabilityZone: place.availabilityZone,
      deleteOnTermination: volume.deleteOnTermination ?? volume === volumes[0],
      tags: [...wish.volumeTags],
    }),
  );
  const hostName = isWindows
    ? (wish.computerName ?? `EC2AMAZ-${id.slice(-7).toUpperCase()}`)
    : `ip-${privateIp.replaceAll('.', '-')}`;
  const instance = instanceSchema.parse({
    name: hostName,
    type: wish.type,
    platform: isWindows ? 'windows' : 'linux',
    state: 'pending',
    ...(wish.groupIds.length === 0 ? {} : { securityGroups: wish.groupIds }),
    quirks: { disableApiTermination: wish.protectsTermination },
    guest: {
      ssm: wish.profile === undefined ? 'absent' : 'managed',
      disks: Object.fromEntries(volumes.slice(1).map(({ device }) => [device, { partitionStyle: 'RAW' }])),
    },
  });
  const answer = describeInstance(estate, instance, { id, imageId: image.ImageId, place, devices });
  const guest = guestOf(image, hostName, instance.guest);
  const row: InstanceRow = {
    ...{ id, reservation, guest, quirks: instance.quirks },
    software: preinstalled(guest, 'aws', privateIp, firstMac(answer)),
    writes: new WriteLog(guest.facts.writers, estate.clock.startMs),
    hasAutoPublicAddress: false,
    answer: {
      ...answer,
      ClientToken: wish.clientToken,
      Tags: [...wish.instanceTags],
      IamInstanceProfile: wish.profile === undefined ? undefined : profileAnswer(estate, wish.profile),
    },
    wasForceStopped: false,
    transition: 0,
    starts: 0,
    upSinceMs: 0,
  };
  estate.instances.add(row);
  continueTransition(estate, row);
  return row;
}

/** The root volume is the image's; a mapping of its device only says what is different. */
function volumesOf(wished: readonly ScenarioVolume[], rootSizeGiB: number): ScenarioVolume[] {
  const root = wished.find(({ device }) => device === '/dev/sda1');
  const usual = { device: '/dev/sda1', sizeGiB: rootSizeGiB, type: 'gp3', encrypted: false };
  return [root ?? usual, ...wished.filter((volume) => volume !== root)];
}

/** As its image has it, with what the launch says. */
function guestOf(image: ImageAnswer, hostName: string, facts: Guest['facts']): Guest {
  const osType = image.Platform === 'windows' ? 'Windows' : 'Linux';
  return { hostName, osType, osName: osNameOf(image), firmware: 'BIOS', facts };
}

function osNameOf(image: ImageAnswer): string {
  return publicImages.find(({ imageId }) => imageId === image.ImageId)?.osName ?? image.Name;
}

function profileAnswer({ section, ids }: Estate, name: string): InstanceRow['answer']['IamInstanceProfile'] {
  return {
    Arn: `arn:aws:iam::${section.account}:instance-profile/${name}`,
    Id: `AIPA${ids.hex(17).toUpperCase()}`,
  };
}
