import type { SourceDisk, SourceMachine, SourceMachines } from '../source-machines.ts';
import type { Estate, InstanceRow } from './estate.ts';
import { instanceTypeFacts } from './instance-types.ts';
import { stateOf } from './lifecycle.ts';

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

function disksOf({ volumes, section }: Estate, { answer }: InstanceRow): SourceDisk[] {
  return (answer.BlockDeviceMappings ?? []).flatMap(({ DeviceName = '', Ebs }) => {
    if (Ebs?.VolumeId === undefined) return [];
    const sizeGiB = volumes.get(Ebs.VolumeId)?.answer.Size ?? section.volumeDefaults.sizeGiB;
    const isRoot = DeviceName === answer.RootDeviceName;
    return [{ volumeId: Ebs.VolumeId, deviceName: DeviceName, sizeGiB, isRoot }];
  });
}
