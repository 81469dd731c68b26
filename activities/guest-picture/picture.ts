import type { SourceInstance } from '../preflight/source.ts';
import { sections } from '../systems-manager/sections.ts';

type OsType = SourceInstance['osType'];

/** What of a guest is compared between source and Azure VM; the lines of each are whole names. */
export type Aspect = 'service' | 'listener' | 'volume' | 'mount' | 'domain' | 'names' | 'time' | 'activation';

/** A guest as it told of itself. An aspect that is absent was not told. */
export type GuestPicture = Readonly<Partial<Record<Aspect, readonly string[]>>>;

interface Question {
  readonly aspect: Aspect;
  readonly line: string;
  /** What stands in the picture for a printed line; nothing where that is of no account. */
  readonly read: (line: string) => string | undefined;
}

const asIs = (line: string) => line;
const isMember = '(Get-CimInstance Win32_ComputerSystem).PartOfDomain';

/** From here on Windows hands ports out as they come. */
const firstDynamicPort = 49_152;
const port = (line: string) => (Number(line) < firstDynamicPort ? `port ${line}` : undefined);

/** Each prints what it has, line by line, and changes nothing. What prints most comes first: of long output the end is kept. */
const questions: Readonly<Record<OsType, readonly Question[]>> = {
  Windows: [
    {
      aspect: 'service',
      line: "(Get-Service | Where-Object { $_.Status -eq 'Running' } | Where-Object { $_.StartType -eq 'Automatic' }).Name",
      read: asIs,
    },
    { aspect: 'listener', line: '(Get-NetTCPConnection -State Listen).LocalPort', read: port },
    {
      aspect: 'volume',
      line: '(Get-Volume).DriveLetter',
      read: (letter) => (/^[A-Z]$/.test(letter) ? `${letter}:` : undefined),
    },
    {
      aspect: 'domain',
      line: `if (${isMember}) { Test-ComputerSecureChannel } else { Write-Output 'none' }`,
      read: (line) => ({ True: 'trust', none: 'no domain' })[line],
    },
    {
      aspect: 'names',
      line: `if (${isMember}) { try { Resolve-DnsName (Get-CimInstance Win32_ComputerSystem).Domain -ErrorAction Stop | Out-Null; Write-Output 'resolves' } catch { Write-Output 'unresolved' } } else { Write-Output 'none' }`,
      read: (line) => ({ resolves: 'the name of its domain', none: 'no domain' })[line],
    },
    {
      aspect: 'time',
      line: 'w32tm /query /source',
      read: (line) => (/Local CMOS Clock|Free-running/i.test(line) ? undefined : 'a source of time'),
    },
    {
      aspect: 'activation',
      line: "(Get-CimInstance SoftwareLicensingProduct -Filter 'PartialProductKey IS NOT NULL').LicenseStatus",
      read: (line) => (line === '1' ? 'Windows' : undefined),
    },
  ],
  Linux: [
    {
      aspect: 'service',
      line: 'systemctl list-units --type=service --state=running --no-legend --plain',
      read: (line) => line.split(/\s+/)[0]?.replace(/\.service$/, ''),
    },
    {
      aspect: 'listener',
      line: 'ss -ltnH',
      read: (line) => port(/:(\d+)$/.exec(line.split(/\s+/)[3] ?? '')?.[1] ?? ''),
    },
    {
      aspect: 'mount',
      line: 'findmnt -n -l --types=ext2,ext3,ext4,xfs,btrfs,vfat,nfs,nfs4,cifs -o TARGET',
      read: asIs,
    },
    {
      aspect: 'time',
      line: 'timedatectl show -p NTPSynchronized --value',
      read: (line) => (line === 'yes' ? 'a source of time' : undefined),
    },
  ],
};

/** Lines that print what `pictureIn` reads. */
export function pictureScript(osType: OsType): readonly string[] {
  const say = osType === 'Windows' ? 'Write-Output' : 'echo';
  return questions[osType].flatMap(({ aspect, line }) => [`${say} '## ${aspect}'`, line]);
}

/** Reads a picture out of what the script printed; an aspect whose command printed nothing was not told. */
export function pictureIn(osType: OsType, output: string): GuestPicture {
  const told = sections(output);
  return Object.fromEntries(
    questions[osType].flatMap(({ aspect, read }) => {
      const lines = told.get(aspect) ?? [];
      if (lines.length === 0) return [];
      return [[aspect, [...new Set(lines.flatMap((line) => read(line) ?? []))].sort()]];
    }),
  );
}
