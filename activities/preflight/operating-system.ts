import type { BootMode } from './boot-mode.ts';
import type { Findings } from './findings.ts';
import type { LinuxGuest } from './guest-linux.ts';
import type { WindowsGuest } from './guest-windows.ts';
import type { Guest } from './guest.ts';

/** Whether Site Recovery takes its operating system, as the guest tells it. */
export function checkOperatingSystem(guest: Guest, bootMode: BootMode | undefined, findings: Findings): void {
  if (guest.kind === 'Windows') checkWindows(guest, bootMode, findings);
  else checkLinux(guest, findings);
}

/** The oldest builds that are supported, by version: 2008 with SP2, 2008 R2 with SP1, 2012, 2012 R2, and 2016 and later. */
const oldestBuilds: ReadonlyMap<string, number> = new Map(
  Object.entries({ '6.0': 6002, '6.1': 7601, '6.2': 9200, '6.3': 9600, '10.0': 10_240 }),
);

function checkWindows(guest: WindowsGuest, bootMode: BootMode | undefined, findings: Findings): void {
  const { name = 'Windows', version, is64Bit } = guest;
  const [major = '', minor = '', build = ''] = version?.split('.') ?? [];
  const release = `${major}.${minor}`;
  if (version !== undefined && Number(build) < (oldestBuilds.get(release) ?? Infinity))
    findings.blocker(
      'OS_UNSUPPORTED',
      `${name} (${version}) is older than Site Recovery takes: Windows Server 2008 with SP2, 2008 R2 with SP1, or later`,
      'Install the service pack or upgrade the operating system in AWS first',
    );
  if (release === '6.0')
    findings.warning(
      'OS_MIGRATION_ONLY',
      `${name} (${version ?? ''}) is supported for migration only, and neither Microsoft nor Azure’s VM agent supports it afterwards`,
      'Expect to validate it by hand, and plan its upgrade in Azure',
    );
  if (['6.0', '6.1'].includes(release) && bootMode === 'UEFI')
    findings.blocker(
      'BOOT_MODE_UNSUPPORTED',
      `${name} boots with UEFI; Site Recovery takes Windows before Server 2012 with BIOS only`,
      'Upgrade the operating system first, or rebuild the machine in Azure',
    );
  if (is64Bit === false && release !== '6.0') thirtyTwoBit(name, findings);
}

function checkLinux(guest: LinuxGuest, findings: Findings): void {
  const { name = 'Linux', distribution, kernel, is64Bit } = guest;
  if (is64Bit === false) thirtyTwoBit(name, findings);
  if (distribution === 'amzn')
    findings.blocker(
      'AMAZON_LINUX',
      `${name} is made for EC2: Site Recovery does not support it, and Azure has no such image`,
      'Rebuild the machine on another distribution',
    );
  else if (kernel !== undefined && !isListed(distribution, kernel))
    findings.blocker(
      'KERNEL_UNLISTED',
      `${name} runs kernel ${kernel}, which is not of the kinds that Site Recovery lists for it`,
      `${listedKinds(distribution)}, reboot, and compare with Microsoft’s list of kernels; or accept KERNEL_UNLISTED by name at your own test`,
    );
}

function thirtyTwoBit(name: string, findings: Findings): void {
  findings.blocker(
    'OS_ARCHITECTURE',
    `${name} is a 32-bit system; Azure VMs that Site Recovery makes are 64-bit`,
    'Rebuild the machine with a 64-bit system',
  );
}

/** Kinds of kernels that the support matrix lists, by distribution; its lists of versions grow with each agent. */
const listed: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    ubuntu: /-(generic|azure)$/,
    debian: /-amd64$/,
    sles: /-(default|azure)$/,
    rhel: /\.el\d/,
    centos: /\.el\d/,
    rocky: /\.el\d/,
    ol: /\.el\d/,
  }),
);

function isListed(distribution: string | undefined, kernel: string): boolean {
  return listed.get(distribution ?? '')?.test(kernel) ?? false;
}

function listedKinds(distribution: string | undefined): string {
  switch (distribution) {
    case 'ubuntu':
      return 'Install linux-image-generic or linux-image-azure';
    case 'sles':
      return 'Install kernel-default or kernel-azure';
    default:
      return 'Install the stock kernel of the distribution';
  }
}
