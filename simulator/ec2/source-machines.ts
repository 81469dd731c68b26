import type { SourceDisk, SourceMachine, SourceMachines } from '../source-machines.ts';
import type { Estate, InstanceRow } from './estate.ts';
import { instanceTypeFacts } from './instance-types.ts';
import { stateOf } from './lifecycle.ts';

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
  };
}

function sourceMachine(estate: Estate, row: InstanceRow): SourceMachine {
  const type = instanceTypeFacts(row.answer.InstanceType ?? '');
  return {
    instanceId: row.id,
    ...row.guest,
    privateIp: row.answer.PrivateIpAddress ?? '',
    vcpus: type?.vcpus ?? 2,
    memoryMiB: type?.memoryMiB ?? 4096,
    state: stateOf(row) ?? 'unknown',
    wasForceStopped: row.wasForceStopped,
    disks: disksOf(estate, row),
  };
}

function disksOf(estate: Estate, row: InstanceRow): SourceDisk[] {
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
