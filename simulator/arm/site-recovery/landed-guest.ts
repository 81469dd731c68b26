import { withoutNetworkMounts } from '../../guest/linux/fstab.ts';
import { copyOf, type Software } from '../../guest/software.ts';
import type { SourceGuest } from '../../source-machines.ts';
import type { AzureGuest } from '../compute/azure-guest.ts';
import type { ProtectedItem } from './protected-item.ts';

/**
 * What is on the disks of the VM that a failover or a test failover makes of an item: the source's guest as it was when
 * that was asked for, changed by what hydration does to it, and what Azure's hardware does (field-notes.md).
 */
export function landedGuest(item: ProtectedItem, { system, software: before }: SourceGuest): AzureGuest {
  const software = copyOf(before);
  const disks = replicatedDisks(item);
  software.ghosts = item.source.interfaces.map(({ macAddress }) => macAddress);
  if (system.osType === 'Linux') hydrateLinux(software, system.facts.fstab);
  else adaptWindows(software, disks);
  return { system, software, disks };
}

/** Disks that Windows has not seen before it takes as its policy says; activation is bound to the hardware (documented). */
function adaptWindows({ windows }: Software, disks: AzureGuest['disks']): void {
  windows.isLicensed = false;
  if (windows.newDiskPolicy === 'OnlineAll' || windows.newDiskPolicy === 'OfflineInternal') return;
  for (const { isRoot, deviceName } of disks) if (!isRoot) windows.offline.add(deviceName);
}

function hydrateLinux({ files }: Software, usual: string | undefined): void {
  const fstab = files.get('/etc/fstab') ?? usual;
  if (fstab !== undefined) files.set('/etc/fstab', withoutNetworkMounts(fstab));
}

/** Those of the source that are replicated, that of the system first, as the VM has them. */
function replicatedDisks({ source, disks }: ProtectedItem): AzureGuest['disks'] {
  const names = new Set(disks.map(({ diskName }) => diskName));
  return source.disks
    .filter(({ deviceName }, at) => names.has(deviceName) || names.has(`\\\\.\\PHYSICALDRIVE${at}`))
    .toSorted((one, other) => Number(other.isRoot) - Number(one.isRoot));
}
