import type {
  PushAccount,
  SiteRecoveryServer,
  SourceDisk,
  SourceInterface,
  SourceMachine,
  SourceMachines,
} from '../source-machines.ts';
import { copyOf } from '../guest/software.ts';
import type { NetworkInterfaceAnswer } from './answers.ts';
import type { Estate, InstanceRow } from './estate.ts';
import { instanceTypeFacts } from './instance-types.ts';
import { biosId } from './bios-id.ts';
import { stateOf } from './instance-state.ts';
import { reaches } from './reach.ts';

/** Size of the one instance-store disk that a quirk gives an instance: that of an m5d.large. */
const instanceStoreGiB = 75;

/**
 * The instances as Site Recovery's agents meet them. An instance whose recorded answer tells no state or no private
 * address has the state `unknown` and the address `''`: nothing can reach it.
 */
export function sourceMachines(estate: Estate): SourceMachines {
  return {
    all: () => estate.instances.all().map((row) => sourceMachine(estate, row)),
    byInstanceId: (instanceId) => {
      const row = estate.instances.get(instanceId);
      return row === undefined ? undefined : sourceMachine(estate, row);
    },
    reaches: (fromIp, toIp, port) => reaches(estate, fromIp, toIp, port),
    pushAccount: (instanceId) => {
      const row = estate.instances.get(instanceId);
      return row === undefined ? undefined : pushAccount(row);
    },
    installAgent: (instanceId, version, server) => {
      const software = estate.instances.get(instanceId)?.software;
      if (software === undefined) return;
      software.agent = { version, registered: true, ...(server === undefined ? {} : { server }) };
    },
    servers: () => estate.instances.all().flatMap(serverOn),
    writesOf: (instanceId) => {
      const log = estate.instances.get(instanceId)?.writes;
      return log === undefined || log.isEmpty ? undefined : log;
    },
    copyOfGuest: (instanceId) => {
      const row = estate.instances.get(instanceId);
      return row === undefined ? undefined : { system: row.guest, software: copyOf(row.software) };
    },
  };
}

function pushAccount({ guest, quirks }: InstanceRow): PushAccount {
  return { administrators: guest.facts.administrators, refusal: quirks.pushRefusal };
}

function serverOn({ id, guest, software, answer }: InstanceRow): SiteRecoveryServer[] {
  if (software.server === undefined) return [];
  const { hostName } = guest;
  return [{ instanceId: id, hostName, privateIp: answer.PrivateIpAddress ?? '', ...software.server }];
}

function sourceMachine(estate: Estate, row: InstanceRow): SourceMachine {
  const type = instanceTypeFacts(row.answer.InstanceType ?? '');
  return {
    instanceId: row.id,
    hostName: row.guest.hostName,
    osType: row.guest.osType,
    osName: row.guest.osName,
    firmware: row.guest.firmware,
    privateIp: row.answer.PrivateIpAddress ?? '',
    vcpus: type?.vcpus ?? 2,
    memoryMiB: type?.memoryMiB ?? 4096,
    state: stateOf(row) ?? 'unknown',
    wasForceStopped: row.wasForceStopped,
    biosId: biosId(row),
    disks: disksOf(estate, row),
    interfaces: interfacesOf(row),
    agent: row.software.agent,
  };
}

/** The interfaces in the order of their devices. An answer that tells none has one with the instance's address. */
function interfacesOf({ id, answer }: InstanceRow): SourceInterface[] {
  const told = (answer.NetworkInterfaces ?? []).toSorted(
    (one, other) => deviceIndex(one) - deviceIndex(other),
  );
  const shown = told.flatMap(({ NetworkInterfaceId = id, MacAddress, PrivateIpAddress }) =>
    PrivateIpAddress === undefined
      ? []
      : [{ macAddress: MacAddress ?? madeUpMac(NetworkInterfaceId), privateIp: PrivateIpAddress }],
  );
  if (shown.length > 0 || answer.PrivateIpAddress === undefined) return shown;
  return [{ macAddress: madeUpMac(id), privateIp: answer.PrivateIpAddress }];
}

function deviceIndex({ Attachment }: NetworkInterfaceAnswer): number {
  return Attachment?.DeviceIndex ?? 0;
}

/** For an answer that leaves it out: it stays the interface's own. */
function madeUpMac(id: string): string {
  return `02:${(id.slice(-10).match(/../g) ?? []).join(':')}`;
}

/** The disks of an instance, in the order of its block devices. */
export function disksOf(estate: Estate, row: InstanceRow): SourceDisk[] {
  const { answer, quirks } = row;
  const volumes = (answer.BlockDeviceMappings ?? []).flatMap(({ DeviceName = '', Ebs }) => {
    if (Ebs?.VolumeId === undefined) return [];
    const sizeGiB = estate.volumes.get(Ebs.VolumeId)?.answer.Size ?? estate.section.volumeDefaults.sizeGiB;
    return [
      {
        volumeId: Ebs.VolumeId,
        deviceName: DeviceName,
        sizeGiB,
        isRoot: DeviceName === answer.RootDeviceName,
      },
    ];
  });
  if (quirks.instanceStore === 'none' || stateOf(row) === 'terminated') return volumes;
  return [...volumes, instanceStoreDisk(row)];
}

/** EC2 lists no volume for an instance-store disk, and it is another one after each start: its id says so. */
function instanceStoreDisk({ answer, quirks, starts }: InstanceRow): SourceDisk {
  const isRoot = quirks.instanceStore === 'root';
  const deviceName = isRoot ? (answer.RootDeviceName ?? '/dev/sda1') : 'ephemeral0';
  return { volumeId: `ephemeral0-${starts}`, deviceName, sizeGiB: instanceStoreGiB, isRoot };
}
