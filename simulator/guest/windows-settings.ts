import type { Guest } from './guest.ts';

/** A route that Windows keeps over a restart. */
export interface PersistentRoute {
  /** `169.254.169.254/32`. */
  readonly prefix: string;
  readonly nextHop: string;
  readonly metric: number;
}

/** What is set on Windows and can be set otherwise. Linux keeps everything in files. */
export interface WindowsSettings {
  routes: readonly PersistentRoute[];
  /** Key Management Service that it is told to activate with: host and port. */
  kms: string | undefined;
  isLicensed: boolean;
  time: TimeSettings;
  /** What becomes of disks that it has not seen before. */
  newDiskPolicy: GuestDiskPolicy;
  /** Devices whose disks are offline. */
  readonly offline: Set<string>;
  /** Names of scheduled tasks that were disabled, in lower case. */
  readonly disabledTasks: Set<string>;
}

/** As `w32tm` names them: NTP asks its peers, NT5DS the domain, NoSync nobody. */
export interface TimeSettings {
  readonly type: 'NTP' | 'NT5DS' | 'NoSync';
  readonly peers: readonly string[];
}

/** As `Get-StorageSetting` names them. */
export type GuestDiskPolicy = 'OnlineAll' | 'OfflineAll' | 'OfflineShared' | 'OfflineInternal';

/** Where EC2's services of its own are: metadata and two KMS servers (documented: "Add routes"). */
export const metadataAddress = '169.254.169.254';
export const awsKmsAddresses = ['169.254.169.250', '169.254.169.251'] as const;
/** Amazon Time Sync (documented). */
export const awsTimeServer = '169.254.169.123';
/** Azure's KMS (documented). */
export const azureKms = 'azkms.core.windows.net:1688';

/** As the images of a cloud have it, unless the scenario says otherwise. */
export function newWindowsSettings(
  { facts }: Guest,
  cloud: 'aws' | 'azure',
  privateIp: string | undefined,
): WindowsSettings {
  const isAws = cloud === 'aws';
  const { metadataRoutes = isAws, kms = isAws ? `${awsKmsAddresses[0]}:1688` : azureKms } = facts;
  const usualTime: TimeSettings = isAws
    ? { type: 'NTP', peers: [awsTimeServer] }
    : { type: 'NTP', peers: ['time.windows.com'] };
  return {
    routes: metadataRoutes && privateIp !== undefined ? ec2LaunchRoutes(privateIp) : [],
    kms: kms === '' ? undefined : kms,
    isLicensed: facts.licensed,
    time: facts.timeServer === undefined ? usualTime : { type: 'NTP', peers: [facts.timeServer] },
    newDiskPolicy: facts.newDiskPolicy,
    offline: new Set(),
    disabledTasks: new Set(),
  };
}

/** EC2Launch and EC2Config send these addresses through the gateway of the primary interface, for good (documented). */
function ec2LaunchRoutes(privateIp: string): PersistentRoute[] {
  const nextHop = privateIp.replace(/\d+$/, '1');
  return [metadataAddress, ...awsKmsAddresses].map((address) => ({
    prefix: `${address}/32`,
    nextHop,
    metric: 15,
  }));
}
