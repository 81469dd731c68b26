import type { Findings } from './findings.ts';
import type { LinuxGuest } from './guest-linux.ts';
import type { WindowsGuest } from './guest-windows.ts';
import type { Guest } from './guest.ts';

const usualSectorBytes = 512;

/** Whether Site Recovery takes its disks, as the guest has made them up. EBS encryption does not show there, and must not. */
export function checkGuestDisks(guest: Guest, findings: Findings): void {
  if (guest.kind === 'Windows') checkWindowsDisks(guest, findings);
  else checkLinuxDisks(guest, findings);
}

function checkWindowsDisks(guest: WindowsGuest, findings: Findings): void {
  const { disks, bitLockerVolumes, storagePools, dynamicDisks, isClusterNode } = guest;
  const boot = disks.find(({ isBoot }) => isBoot);
  const system = disks.find(({ isSystem }) => isSystem);
  largeSectors(
    disks.filter(isLarge).map(({ number }) => `disk ${number}`),
    findings,
  );
  if (bitLockerVolumes.length > 0)
    findings.blocker(
      'BITLOCKER',
      `BitLocker encrypts ${bitLockerVolumes.join(', ')}, which Site Recovery does not support`,
      'Turn BitLocker off (Disable-BitLocker -MountPoint …) and wait until the volumes are decrypted; encrypt the disks in Azure afterwards',
    );
  if (storagePools.length > 0)
    findings.blocker(
      'STORAGE_SPACES',
      `Storage Spaces holds ${storagePools.join(', ')}: Site Recovery does not replicate its disks`,
      'Move the data to a plain volume first',
    );
  if (boot !== undefined && dynamicDisks.includes(boot.number))
    findings.blocker(
      'DYNAMIC_OS_DISK',
      `The operating system is on disk ${boot.number}, a dynamic disk; Site Recovery takes a basic one only`,
      'Move the system to a basic disk first; data disks may be dynamic',
    );
  if (boot !== undefined && system !== undefined && boot.number !== system.number)
    bootElsewhere(`Windows is on disk ${boot.number}, its boot loader on disk ${system.number}`, findings);
  if (isClusterNode)
    findings.warning(
      'CLUSTER_NODE',
      'It is a node of a failover cluster: the cluster will not come along, and shared disks are not supported',
      'Take the node out of the cluster before its cutover, in a before action: `before: [{ manual: … }]`',
    );
}

function checkLinuxDisks({ disks }: LinuxGuest, findings: Findings): void {
  const [root, boot] = [disks.find(({ hasRoot }) => hasRoot), disks.find(({ hasBoot }) => hasBoot)];
  const encrypted = disks.filter(({ isEncrypted }) => isEncrypted).map(({ name }) => name);
  largeSectors(
    disks.filter(isLarge).map(({ name }) => name),
    findings,
  );
  if (encrypted.length > 0)
    findings.blocker(
      'GUEST_ENCRYPTED',
      `The guest encrypts ${encrypted.join(', ')} with LUKS, which Site Recovery does not support`,
      'Move the data to a plain volume; EBS encryption underneath may stay',
    );
  if (root !== undefined && boot !== undefined && root.name !== boot.name)
    bootElsewhere(`/ is on ${root.name}, /boot on ${boot.name}`, findings);
}

function isLarge({ sectorBytes }: { readonly sectorBytes: number }): boolean {
  return sectorBytes > usualSectorBytes;
}

function largeSectors(disks: readonly string[], findings: Findings): void {
  if (disks.length > 0)
    findings.blocker(
      'LARGE_SECTORS',
      `Sectors of ${disks.join(', ')} are larger than 512 bytes, which Site Recovery does not support`,
      'Move the data to a volume with sectors of 512 bytes',
    );
}

function bootElsewhere(what: string, findings: Findings): void {
  findings.blocker(
    'BOOT_DISK_APART',
    `${what}; Site Recovery wants both on one disk`,
    'Bring the boot partition onto the disk of the operating system',
  );
}
