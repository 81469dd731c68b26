import type { Guest } from '../../guest/guest.ts';
import type { GuestMachine, Hardware } from '../../guest/guest-machine.ts';
import { listens } from '../../guest/listeners.ts';
import { mountThatHangs } from '../../guest/linux/fstab.ts';
import { fileOf } from '../../guest/linux/system-files.ts';
import { startServices, type Software } from '../../guest/software.ts';
import { canActivate } from '../../guest/windows/activation.ts';
import type { SourceDisk } from '../../source-machines.ts';
import type { Compute } from './compute.ts';
import type { VirtualMachine } from './virtual-machine.ts';
import { vmSize } from './vm-sizes.ts';

/** What is on the disks of a VM: a life of its own, whatever it was copied from. */
export interface AzureGuest {
  readonly system: Guest;
  readonly software: Software;
  /** Its disks as its system knew them, that of the system first. */
  readonly disks: readonly SourceDisk[];
  /** The instance that it was copied from, and the number of its last write that is on the disks. */
  holds?: { readonly instanceId: string; readonly write: number } | undefined;
}

/** A VM as the scripts on it meet it; `undefined` for one whose inside nobody knows. */
export function azureGuestMachine(compute: Compute, machine: VirtualMachine): GuestMachine | undefined {
  const { guest } = machine;
  if (guest === undefined) return undefined;
  const { reach } = compute;
  return {
    ...guest,
    clock: compute.world.clock,
    hardware: hardwareOf(machine),
    privateIp: reach.addressOf(machine),
    connect: (address, port) => {
      if (address !== '127.0.0.1') return reach.connect(machine, address, port);
      return listens(guest.system, guest.software, port) ? 'open' : 'refused';
    },
    addressOf: (name) => reach.resolve(machine, name),
    httpStatus: (address, port) => {
      const there = address === '127.0.0.1' ? machine : reach.machineAt(machine, address, port);
      return there?.guest?.system.facts.http[port];
    },
    parameter: () => undefined,
  };
}

/** The size tells what is under it; firmware and host say the same of each (documented). */
function hardwareOf({ size, vmId }: VirtualMachine): Hardware {
  const known = vmSize(size);
  return {
    ...{ cloud: 'azure', model: 'Virtual Machine', uuid: vmId, storage: 'scsi', architecture: 'x86_64' },
    vcpus: known?.cores ?? 2,
    memoryMiB: (known?.memoryGiB ?? 8) * 1024,
  };
}

/**
 * Starts what is on a VM: services that start by themselves; an activation, which Windows asks for anew on hardware that it
 * does not know. A Linux that waits for a disk that is not there never comes so far.
 */
export function bootGuest(compute: Compute, machine: VirtualMachine): void {
  const guest = azureGuestMachine(compute, machine);
  if (guest === undefined) return;
  const isLinux = guest.system.osType === 'Linux';
  const hangs = isLinux && mountThatHangs(fileOf(guest, '/etc/fstab') ?? '') !== undefined;
  machine.isStuck = hangs;
  if (hangs) return;
  startServices(guest.software);
  const { windows } = guest.software;
  if (!isLinux && !windows.isLicensed) windows.isLicensed = canActivate(guest);
}
