/** One mount of `/etc/fstab`. */
export interface FstabMount {
  readonly device: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly options: readonly string[];
}

const networkTypes = new Set(['nfs', 'nfs4', 'cifs', 'smb3', 'efs']);
/** Names that the kernel gives disks on EC2: Azure's have others. */
const ec2Device = /^\/dev\/(xvd[a-z]|nvme\d+n\d+)/;
/** What stands on the disk of the system is found whatever it is called. */
const systemMounts = new Set(['/', '/boot', '/boot/efi']);

/** Every line that is no comment. */
export function fstabMounts(text: string): FstabMount[] {
  return text.split('\n').flatMap((line) => {
    const [device = '', mountPoint = '', type = '', options = 'defaults'] = line.trim().split(/\s+/);
    if (device === '' || device.startsWith('#')) return [];
    return [{ device, mountPoint, type, options: options.split(',') }];
  });
}

/** A mount of something that another machine serves: NFS, EFS, SMB. */
export function isNetworkMount({ type }: FstabMount): boolean {
  return networkTypes.has(type);
}

/** Names a device as EC2 does. */
export function namesEc2Device({ device }: FstabMount): boolean {
  return ec2Device.test(device);
}

/**
 * The mount that a boot in Azure waits for, until it gives up in emergency mode: a device that is not there, which nothing
 * says the system can do without (field-notes.md; documented for `nofail`).
 */
export function mountThatHangs(text: string): FstabMount | undefined {
  return fstabMounts(text).find(
    (mount) =>
      namesEc2Device(mount) &&
      !systemMounts.has(mount.mountPoint) &&
      !mount.options.includes('nofail') &&
      !mount.options.includes('noauto'),
  );
}

/** What the hydration of Site Recovery makes of it: network mounts become comments (field-notes.md). */
export function withoutNetworkMounts(text: string): string {
  return text
    .split('\n')
    .map((line) => (fstabMounts(line).some(isNetworkMount) ? `#${line}` : line))
    .join('\n');
}
