/** A VM size, as far as a migration asks (documented on each series' page). */
export interface VmSize {
  readonly name: string;
  readonly family: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Generations that it boots: `V1`, `V2`, `V1,V2`. */
  readonly generations: string;
  /** 0 for a size without a temporary disk. */
  readonly temporaryDiskGiB: number;
  readonly maxDataDisks: number;
  readonly maxInterfaces: number;
  readonly premium: boolean;
}

/** What all sizes of a series have in common. */
interface Series {
  /** Name around the number of cores: `Standard_D` and `s_v5`. */
  readonly name: readonly [before: string, after: string];
  readonly family: string;
  readonly cores: readonly number[];
  readonly gibPerCore: number;
  /** Of temporary disk, for each core; none when absent. */
  readonly temporaryGiBPerCore?: number;
  readonly generations?: string;
  readonly premium?: boolean;
}

const general = [2, 4, 8, 16, 32, 48, 64, 96];
const older = [2, 4, 8, 16, 32, 48, 64];

/** Sizes that the simulated regions offer. A failover to any other one is refused. */
export const vmSizes: readonly VmSize[] = [
  ...series({ name: ['Standard_D', 's_v5'], family: 'standardDSv5Family', cores: general, gibPerCore: 4 }),
  ...series({
    name: ['Standard_D', 'ds_v5'],
    family: 'standardDDSv5Family',
    cores: general,
    gibPerCore: 4,
    temporaryGiBPerCore: 37.5,
  }),
  ...series({
    name: ['Standard_D', '_v5'],
    family: 'standardDv5Family',
    cores: general,
    gibPerCore: 4,
    premium: false,
  }),
  ...series({
    name: ['Standard_D', 'd_v5'],
    family: 'standardDDv5Family',
    cores: general,
    gibPerCore: 4,
    temporaryGiBPerCore: 37.5,
    premium: false,
  }),
  ...series({ name: ['Standard_D', 'as_v5'], family: 'standardDASv5Family', cores: general, gibPerCore: 4 }),
  ...series({
    name: ['Standard_D', 'ads_v5'],
    family: 'standardDADSv5Family',
    cores: general,
    gibPerCore: 4,
    temporaryGiBPerCore: 37.5,
  }),
  ...series({ name: ['Standard_D', 's_v4'], family: 'standardDSv4Family', cores: older, gibPerCore: 4 }),
  ...series({
    name: ['Standard_D', 'ds_v4'],
    family: 'standardDDSv4Family',
    cores: older,
    gibPerCore: 4,
    temporaryGiBPerCore: 37.5,
  }),
  ...series({
    name: ['Standard_D', 's_v3'],
    family: 'standardDSv3Family',
    cores: older,
    gibPerCore: 4,
    temporaryGiBPerCore: 8,
  }),
  ...series({
    name: ['Standard_D', '_v3'],
    family: 'standardDv3Family',
    cores: older,
    gibPerCore: 4,
    temporaryGiBPerCore: 25,
    premium: false,
  }),
  ...series({
    name: ['Standard_D', 's_v6'],
    family: 'standardDsv6Family',
    cores: general,
    gibPerCore: 4,
    generations: 'V2',
  }),
  ...series({
    name: ['Standard_D', 'ds_v6'],
    family: 'standardDdsv6Family',
    cores: general,
    gibPerCore: 4,
    temporaryGiBPerCore: 55,
    generations: 'V2',
  }),
  ...series({ name: ['Standard_E', 's_v5'], family: 'standardESv5Family', cores: general, gibPerCore: 8 }),
  ...series({
    name: ['Standard_E', 'ds_v5'],
    family: 'standardEDSv5Family',
    cores: general,
    gibPerCore: 8,
    temporaryGiBPerCore: 37.5,
  }),
  ...series({ name: ['Standard_E', 'as_v5'], family: 'standardEASv5Family', cores: general, gibPerCore: 8 }),
  ...series({
    name: ['Standard_E', 'ads_v5'],
    family: 'standardEADSv5Family',
    cores: general,
    gibPerCore: 8,
    temporaryGiBPerCore: 37.5,
  }),
  ...series({ name: ['Standard_E', 's_v4'], family: 'standardESv4Family', cores: older, gibPerCore: 8 }),
  ...series({
    name: ['Standard_E', 'ds_v4'],
    family: 'standardEDSv4Family',
    cores: older,
    gibPerCore: 8,
    temporaryGiBPerCore: 37.5,
  }),
  ...series({
    name: ['Standard_E', 's_v3'],
    family: 'standardESv3Family',
    cores: older,
    gibPerCore: 8,
    temporaryGiBPerCore: 16,
  }),
  ...series({
    name: ['Standard_F', 's_v2'],
    family: 'standardFSv2Family',
    cores: older,
    gibPerCore: 2,
    temporaryGiBPerCore: 8,
  }),
  ...series({
    name: ['Standard_B', 'ms'],
    family: 'standardBSFamily',
    cores: [2, 4, 8, 16],
    gibPerCore: 4,
    temporaryGiBPerCore: 8,
  }),
  ...numbered('Standard_DS', '_v2', 'standardDSv2Family', {
    generations: 'V1,V2',
    temporaryGiBPerCore: 7,
    premium: true,
  }),
  ...numbered('Standard_D', '_v2', 'standardDv2Family', {
    generations: 'V1',
    temporaryGiBPerCore: 50,
    premium: false,
  }),
  ...series({
    name: ['Standard_A', '_v2'],
    family: 'standardAv2Family',
    cores: [1, 2, 4, 8],
    gibPerCore: 2,
    temporaryGiBPerCore: 10,
    generations: 'V1',
    premium: false,
  }),
  {
    name: 'Standard_M64ms',
    family: 'standardMSFamily',
    cores: 64,
    memoryGiB: 1792,
    generations: 'V1,V2',
    temporaryDiskGiB: 2048,
    maxDataDisks: 64,
    maxInterfaces: 8,
    premium: true,
  },
];

/** The size with this name, in any case. */
export function vmSize(name: string): VmSize | undefined {
  return vmSizes.find((size) => size.name.toLowerCase() === name.toLowerCase());
}

function series({ name: [before, after], cores, ...common }: Series): VmSize[] {
  const { family, gibPerCore, temporaryGiBPerCore = 0, generations = 'V1,V2', premium = true } = common;
  return cores.map((count) => ({
    name: `${before}${count}${after}`,
    family,
    cores: count,
    memoryGiB: count * gibPerCore,
    generations,
    temporaryDiskGiB: count * temporaryGiBPerCore,
    maxDataDisks: Math.min(32, count * 2),
    maxInterfaces: maxInterfaces(count),
    premium,
  }));
}

/** The second versions of D and DS, whose number is not that of their cores. */
function numbered(
  before: string,
  after: string,
  family: string,
  rest: Pick<VmSize, 'generations' | 'premium'> & { readonly temporaryGiBPerCore: number },
): VmSize[] {
  const { generations, premium, temporaryGiBPerCore } = rest;
  return [1, 2, 4, 8, 16].map((cores, at) => ({
    name: `${before}${at + 1}${after}`,
    family,
    cores,
    memoryGiB: cores * 3.5,
    generations,
    temporaryDiskGiB: cores * temporaryGiBPerCore,
    maxDataDisks: cores * 4,
    maxInterfaces: maxInterfaces(cores),
    premium,
  }));
}

function maxInterfaces(cores: number): number {
  return Math.min(8, Math.max(2, cores / 2));
}
