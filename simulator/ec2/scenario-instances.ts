import { Addresses } from './addresses.ts';
import type { Place } from './addresses.ts';
import { tagList, firstMac } from './answers.ts';
import type { BlockDeviceAnswer } from './answers.ts';
import { present, privateAddresses, type Estate, type InstanceRow } from './estate.ts';
import { imageFor } from './images.ts';
import { instanceTypeFacts } from './instance-types.ts';
import { addNetworksOf } from './network.ts';
import { describeInstance } from './new-instance.ts';
import type { Guest } from '../guest/guest.ts';
import { preinstalled } from '../guest/software.ts';
import { WriteLog } from '../guest/write-log.ts';
import type { ScenarioGenerate, ScenarioInstance, ScenarioVolume } from './section.ts';
import { usualOsNames } from './usual-os-names.ts';
import { addVolume, attachAlso } from './volumes.ts';

/**
 * Makes the instances that a scenario lists, and those it has generated.
 * @throws Error for two instances of one id, an unknown instance type, or a subnet without a free address.
 */
export function addScenarioInstances(estate: Estate): void {
  const { instances, generate } = estate.section;
  const named = instances.flatMap(({ privateIp, interfaces = [], secondaryIps = [] }) =>
    present([privateIp, ...interfaces, ...secondaryIps]),
  );
  const existing = estate.instances.all().flatMap(({ answer }) => privateAddresses(answer));
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
  const { name, type, platform, firmware, quirks, osName = usualOsNames[platform] } = instance;
  const id = instance.instanceId ?? estate.ids.next('i');
  if (estate.instances.get(id) !== undefined) throw new Error(`aws: two instances have the id ${id}`);
  if (instanceTypeFacts(type) === undefined) {
    throw new Error(`aws: ${name} has the unknown instance type ${type}`);
  }
  const place = addresses.place(instance);
  const devices = addVolumes(estate, instance, id, place);
  const guest: Guest = {
    hostName: instance.hostName ?? name,
    osType: platform === 'windows' ? 'Windows' : 'Linux',
    osName,
    firmware,
    facts: { ...instance.guest, ssm: instance.guest.ssm ?? 'managed' },
  };
  const reservation = {
    ReservationId: estate.ids.next('r'),
    OwnerId: estate.section.account,
    Groups: [],
  };
  const answer = describeInstance(estate, instance, {
    ...{ id, place, devices },
    imageId: imageOf(estate, instance),
  });
  const row: InstanceRow = {
    ...{ id, reservation, guest, quirks, answer },
    software: preinstalled(guest, 'aws', answer.PrivateIpAddress, firstMac(answer)),
    writes: new WriteLog(guest.facts.writers, estate.clock.startMs),
    hasAutoPublicAddress: instance.publicAddress === 'auto',
    wasForceStopped: false,
    transition: 0,
    starts: 0,
    upSinceMs: 0,
  };
  estate.instances.add(row);
  addNetworksOf(estate, row);
}

function imageOf(estate: Estate, { platform, type, osName, quirks }: ScenarioInstance): string {
  return imageFor(estate, {
    osType: platform === 'windows' ? 'Windows' : 'Linux',
    osName: osName ?? usualOsNames[platform],
    platformDetails: platform === 'windows' ? 'Windows' : 'Linux/UNIX',
    architecture: instanceTypeFacts(type)?.architecture ?? 'x86_64',
    rootDeviceType: quirks.instanceStore === 'root' ? 'instance-store' : 'ebs',
  });
}

function addVolumes(
  estate: Estate,
  instance: ScenarioInstance,
  instanceId: string,
  { availabilityZone }: Place,
): BlockDeviceAnswer[] {
  if (instance.quirks.instanceStore === 'root' || instance.state === 'terminated') return [];
  const usual: ScenarioVolume = { device: '/dev/sda1', ...estate.section.volumeDefaults };
  return (instance.volumes ?? [usual]).map((volume, at) => {
    const { volumeId = '', deleteOnTermination = at === 0 } = volume;
    const existing = estate.volumes.get(volumeId);
    if (existing?.answer.MultiAttachEnabled === true) {
      return attachAlso(estate, existing, instanceId, volume.device);
    }
    if (existing !== undefined) {
      throw new Error(`aws: ${instance.name} names the volume ${volumeId}, which another instance has`);
    }
    return addVolume(estate, volume, {
      instanceId,
      availabilityZone,
      deleteOnTermination,
      tags: tagList({ Name: `${instance.name}-${at}` }),
    });
  });
}
