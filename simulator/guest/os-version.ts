import type { Guest } from './guest.ts';

/** Windows' own version numbers, by what stands in its name; the longer names first. */
const windowsVersions = [
  ['2003', '5.2.3790'],
  ['2008 R2', '6.1.7601'],
  ['2008', '6.0.6003'],
  ['2012 R2', '6.3.9600'],
  ['2012', '6.2.9200'],
  ['2016', '10.0.14393'],
  ['2019', '10.0.17763'],
  ['2022', '10.0.20348'],
  ['2025', '10.0.26100'],
] as const;

/** Version as the guest tells it: `10.0.17763`, `22.04`, `2`. */
export function platformVersion({ osType, osName, facts }: Guest): string {
  if (facts.osVersion !== undefined) return facts.osVersion;
  if (osType === 'Linux') return /\d+(\.\d+)*/.exec(osName)?.[0] ?? '';
  return windowsVersions.find(([name]) => osName.includes(name))?.[1] ?? '10.0.17763';
}
