import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { instanceAnswerSchema, reservationAnswerSchema, volumeAnswerSchema, firstMac } from './answers.ts';
import type { InstanceAnswer, ReservationAnswer, VolumeAnswer } from './answers.ts';
import type { Guest } from '../guest/guest.ts';
import type { Estate, InstanceRow } from './estate.ts';
import { tagValue } from './estate.ts';
import { addImage } from './images.ts';
import { addNetworksOf } from './network.ts';
import { hasAutoPublicAddress } from './public-address.ts';
import { guestDefaults } from './section.ts';
import type { ScenarioGuest } from './section.ts';
import { preinstalled } from '../guest/software.ts';
import { WriteLog } from '../guest/write-log.ts';
import { usualOsNames } from './usual-os-names.ts';

const inventorySchema = z.looseObject({
  Reservations: z.array(
    reservationAnswerSchema.extend({ Instances: z.array(instanceAnswerSchema) }).catchall(z.unknown()),
  ),
});
const volumesSchema = z.looseObject({ Volumes: z.array(volumeAnswerSchema) });

/**
 * Adds the instances and volumes of a scenario's `inventory` and `volumes` files. Nothing an instance lacks is made
 * up, but its volumes: those that no file describes get the section's `volumeDefaults`.
 * @throws Error naming the file, and where in it something is wrong.
 */
export async function addInventory(estate: Estate, folder: string): Promise<void> {
  const { inventory, volumes } = estate.section;
  if (volumes !== undefined) {
    const { Volumes } = await readJson(resolve(folder, volumes), volumesSchema);
    for (const answer of Volumes) {
      const id = answer.VolumeId;
      if (estate.volumes.get(id) !== undefined) {
        throw new Error(`aws: ${volumes} holds the volume ${id} twice`);
      }
      estate.volumes.add({ id, answer });
    }
  }
  if (inventory !== undefined) {
    const { Reservations } = await readJson(resolve(folder, inventory), inventorySchema);
    for (const { Instances, ...reservation } of Reservations) {
      for (const answer of Instances) addInstance(estate, reservation, answer);
    }
  }
  const stranger = Object.keys(estate.section.guests).find((id) => estate.instances.get(id) === undefined);
  if (stranger !== undefined) {
    throw new Error(`aws: guests names ${stranger}, which the inventory does not hold`);
  }
}

async function readJson<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
  const json = await readFile(path, 'utf8')
    .then((text): unknown => JSON.parse(text))
    .catch((cause: unknown) => {
      throw new Error(`aws: ${path} can't be read as JSON: ${String(cause)}`, { cause });
    });
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new Error(`aws: ${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function addInstance(estate: Estate, reservation: ReservationAnswer, answer: InstanceAnswer): void {
  const id = answer.InstanceId;
  if (estate.instances.get(id) !== undefined) {
    throw new Error(`aws: ${estate.section.inventory ?? 'the inventory'} holds the instance ${id} twice`);
  }
  const told = estate.section.guests[id] ?? guestDefaults;
  const guest = guestOf(answer, told);
  const row: InstanceRow = {
    id,
    reservation,
    guest,
    software: preinstalled(guest, 'aws', answer.PrivateIpAddress, firstMac(answer)),
    writes: new WriteLog(guest.facts.writers, estate.clock.startMs),
    quirks: told.quirks,
    hasAutoPublicAddress: hasAutoPublicAddress(answer),
    answer,
    wasForceStopped: false,
    transition: 0,
    starts: 0,
    upSinceMs: 0,
  };
  estate.instances.add(row);
  addNetworksOf(estate, row);
  addImageOf(estate, row);
  for (const device of answer.BlockDeviceMappings ?? []) addMissingVolume(estate, answer, device);
}

/** An inventory does not tell what a guest calls itself; this is what its image usually would. */
function guestOf(answer: InstanceAnswer, told: ScenarioGuest): Guest {
  const isWindows = answer.Platform?.toLowerCase() === 'windows';
  const name = tagValue(answer.Tags, 'Name') ?? '';
  const dnsLabel = answer.PrivateDnsName?.split('.')[0] ?? '';
  return {
    hostName: told.hostName ?? [name, dnsLabel].find((candidate) => candidate !== '') ?? answer.InstanceId,
    osType: isWindows ? 'Windows' : 'Linux',
    osName: told.osName ?? usualOsNames[isWindows ? 'windows' : 'linux'],
    firmware: told.firmware ?? (answer.CurrentInstanceBootMode === 'uefi' ? 'UEFI' : 'BIOS'),
    facts: { ...told, ssm: told.ssm ?? (answer.IamInstanceProfile === undefined ? 'absent' : 'managed') },
  };
}

function addImageOf(estate: Estate, { answer, guest }: InstanceRow): void {
  if (answer.ImageId === undefined) return;
  addImage(estate, answer.ImageId, {
    ...guest,
    platformDetails: answer.PlatformDetails ?? (guest.osType === 'Windows' ? 'Windows' : 'Linux/UNIX'),
    architecture: answer.Architecture ?? 'x86_64',
    rootDeviceType: answer.RootDeviceType ?? 'ebs',
  });
}

function addMissingVolume(
  { volumes, section }: Estate,
  instance: InstanceAnswer,
  { DeviceName, Ebs }: NonNullable<InstanceAnswer['BlockDeviceMappings']>[number],
): void {
  const id = Ebs?.VolumeId;
  if (id === undefined || volumes.get(id) !== undefined) return;
  const { sizeGiB, type, encrypted } = section.volumeDefaults;
  const attachment = { ...Ebs, InstanceId: instance.InstanceId, Device: DeviceName, State: 'attached' };
  const answer: VolumeAnswer = {
    VolumeId: id,
    Size: sizeGiB,
    VolumeType: type,
    Encrypted: encrypted,
    State: 'in-use',
    SnapshotId: '',
    MultiAttachEnabled: false,
    AvailabilityZone: instance.Placement?.AvailabilityZone,
    CreateTime: instance.LaunchTime,
    Attachments: [attachment],
  };
  volumes.add({ id, answer });
}
