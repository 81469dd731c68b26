import type { BlockDeviceAnswer, VolumeAnswer } from './answers.ts';
import type { Estate, InstanceRow } from './estate.ts';
import { describeInstance } from './new-instance.ts';
import { Addresses, addNetworksOf, tagList } from './network.ts';
import type { Place } from './network.ts';
import { instanceTypeFacts } from './instance-types.ts';
import type { ScenarioGenerate, ScenarioInstance } from './section.ts';

const usualOsNames = {
  windows: 'Microsoft Windows Server 2019 Datacenter',
  linux: 'Ubuntu 22.04 LTS',
} as const;

/**
 * Makes the instances that a scenario lists, and those it has generated.
 * @throws Error for two instances of one id, an unknown instance type, or a subnet without a free address.
 */
export function addScenarioInstances(estate: Estate): void {
  const { instances, generate } = estate.section;
  const named = instances.map(({ privateIp }) => privateIp).filter((address) => address !== undefined);
  const existing = estate.instances.all().flatMap(({ answer }) => answer.PrivateIpAddress ?? []);
  const addresses = new Addresses(estate, new Set([...named, ...existing]));
  for (const instance of instances) addInstance(estate, instance, addresses);
  if (generate !== undefined) {
    for (const instance of generated(generate)) addInstance(estate, instance, addresses);
  }
}

function generated({ count, namePrefix, ...machine }: ScenarioGenerate): ScenarioInstance[] {
  return Array.from({ length: count }, (_, at) => ({
    ...machine,
    name: `${namePrefix}${String(at + 1).padStart(5, '0')}`,
  }));
}

function addInstance(estate: Estate, instance: ScenarioInstance, addresses: Addresses): void {
  const { name, type, platform, firmware, quirks } = instance;
  const id = instance.instanceId ?? estate.ids.next('i');
  if (estate.instances.get(id) !== undefined) throw new Error(`aws: two instances have the id ${id}`);
  if (instanceTypeFacts(type) === undefined)
    throw new Error(`aws: ${name} has the unknown instance type ${type}`);
  const place = addresses.place(instance);
  const devices = addVolumes(estate, instance, id, place);
  const row: InstanceRow = {
    id,
    reservation: { ReservationId: estate.ids.next('r'), OwnerId: estate.section.account, Groups: [] },
    guest: {
      hostName: instance.hostName ?? name,
      osType: platform === 'windows' ? 'Windows' : 'Linux',
      osName: instance.osName ?? usualOsNames[platform],
      firmware,
    },
    quirks,
    hasAutoPublicAddress: instance.publicAddress === 'auto',
    answer: describeInstance(estate, instance, id, place, devices),
    wasForceStopped: false,
    transition: 0,
  };
  estate.instances.add(row);
  addNetworksOf(estate, row);
}

function addVolumes(
  estate: Estate,
  instance: ScenarioInstance,
  instanceId: string,
  place: Place,
): BlockDeviceAnswer[] {
  if (instance.quirks.instanceStore === 'root' || instance.state === 'terminated') return [];
  const attachTime = estate.clock.now.toISOString();
  const volumes = instance.volumes ?? [
    { device: '/dev/sda1', sizeGiB: estate.section.volumeDefaults.sizeGiB, type: 'gp3', encrypted: false },
  ];
  return volumes.map(({ device, sizeGiB, type, encrypted, volumeId, deleteOnTermination }, at) => {
    const id = volumeId ?? estate.ids.next('vol');
    const isDeleted = deleteOnTermination ?? at === 0;
    const answer: VolumeAnswer = {
      VolumeId: id,
      Size: sizeGiB,
      VolumeType: type,
      Encrypted: encrypted,
      State: 'in-use',
      AvailabilityZone: place.availabilityZone,
      CreateTime: attachTime,
      MultiAttachEnabled: false,
      SnapshotId: '',
      Attachments: [
        {
          InstanceId: instanceId,
          VolumeId: id,
          Device: device,
          State: 'attached',
          AttachTime: attachTime,
          DeleteOnTermination: isDeleted,
        },
      ],
      Tags: tagList({ Name: `${instance.name}-${at}` }),
    };
    estate.volumes.add({ id, answer });
    return {
      DeviceName: device,
      Ebs: { VolumeId: id, Status: 'attached', AttachTime: attachTime, DeleteOnTermination: isDeleted },
    };
  });
}
