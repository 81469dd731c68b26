/** What an instance type is, as far as a migration looks at it. */
export interface InstanceTypeFacts {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly hypervisor: 'nitro' | 'xen';
  readonly architecture: 'x86_64' | 'arm64';
  readonly bootModes: readonly ('legacy-bios' | 'uefi')[];
  /** Type comes with instance-store disks. */
  readonly hasInstanceStore: boolean;
  /** GB of them in all, where that is known. */
  readonly storeGB: number | undefined;
  readonly isBareMetal: boolean;
  readonly isBurstable: boolean;
  readonly isCurrentGeneration: boolean;
}

/** Families that run on the Xen hypervisor, as EC2's page on instance types lists them. Every other family is Nitro. */
const xenFamilies = new Set(
  't1 t2 m1 m2 m3 m4 c1 c3 c4 r3 r4 x1 x1e i2 i3 d2 h1 p2 p3 g2 g3 g3s f1 hs1 cc2 cr1 cg1'.split(' '),
);
const previousGeneration = new Set('t1 m1 m2 m3 c1 c3 r3 i2 g2 hs1 cc2 cr1 cg1'.split(' '));
const oldFamiliesWithStore = new Set(
  'm1 m2 m3 c1 c3 r3 x1 x1e i2 i3 i4i i4g d2 d3 d3en h1 g2 f1 hs1'.split(' '),
);

/** MiB for each vCPU by the family's first letters, where no family below says otherwise. */
const memoryPerVcpu: ReadonlyMap<string, number> = new Map(
  Object.entries({
    m: 4096,
    c: 2048,
    r: 8192,
    x: 15616,
    i: 7808,
    d: 7808,
    z: 8192,
    h: 4096,
    g: 4096,
    p: 8192,
    a: 2048,
    inf: 2048,
    trn: 4096,
    u: 16384,
    f: 15616,
    vt: 2048,
    hpc: 4096,
  }),
);
const oldMemoryPerVcpu: ReadonlyMap<string, number> = new Map(
  Object.entries({
    m1: 1740,
    m2: 8755,
    m3: 3840,
    c1: 896,
    c3: 1920,
    c4: 1920,
    r3: 7808,
    r4: 7808,
  }),
);
const burstableMiB: ReadonlyMap<string, number> = new Map(
  Object.entries({
    nano: 512,
    micro: 1024,
    small: 2048,
    medium: 4096,
    large: 8192,
    xlarge: 16384,
    '2xlarge': 32768,
  }),
);
const t2Vcpus: ReadonlyMap<string, number> = new Map(
  Object.entries({ nano: 1, micro: 1, small: 1, medium: 2 }),
);

/** GB of instance store for each vCPU, by family, as EC2's page on instance types comes to. */
const storePerVcpu: ReadonlyMap<string, number> = new Map(Object.entries({ m5d: 37.5, r5d: 37.5, c5d: 25 }));

/** Types that an account without instances still lists. */
export const usualTypes =
  't2.micro t3.medium t3.large m4.large m5.large m5.xlarge m5d.large m6g.large c5.large r5.large'.split(' ');

/**
 * What is known of an instance type by its name. Sizes and memory follow EC2's naming (a `large` has 2 vCPUs, an
 * `xlarge` 4, a family has one ratio of memory to vCPU), exact for the m, c, r and t families, near for the rest.
 * @returns undefined for a name that is no instance type.
 */
export function instanceTypeFacts(name: string): InstanceTypeFacts | undefined {
  const parts =
    /^([a-z]+)(\d+)([a-z-]*)\.(nano|micro|small|medium|large|(?:\d+)?xlarge|metal(?:-\d+xl)?)$/.exec(name);
  const [, letters = '', generation = '', options = '', size = ''] = parts ?? [];
  const perVcpu = oldMemoryPerVcpu.get(letters + generation) ?? memoryPerVcpu.get(letters);
  if (parts === null || (letters !== 't' && perVcpu === undefined)) return undefined;
  const family = letters + generation + options;
  const isArm = options.startsWith('g') || letters === 'a';
  const isXen = xenFamilies.has(family) && !size.startsWith('metal');
  const vcpus = vcpusOf(letters, generation, size);
  const burstable = letters === 't' ? burstableMiB.get(size) : undefined;
  return {
    name,
    vcpus,
    memoryMiB: burstable ?? vcpus * (perVcpu ?? 4096),
    hypervisor: isXen ? 'xen' : 'nitro',
    architecture: isArm ? 'arm64' : 'x86_64',
    bootModes: isArm ? ['uefi'] : isXen ? ['legacy-bios'] : ['legacy-bios', 'uefi'],
    storeGB: storePerVcpu.has(family) ? vcpus * (storePerVcpu.get(family) ?? 0) : undefined,
    hasInstanceStore: options.includes('d') || oldFamiliesWithStore.has(family),
    isBareMetal: size.startsWith('metal'),
    isBurstable: letters === 't',
    isCurrentGeneration: !previousGeneration.has(family),
  };
}

function vcpusOf(letters: string, generation: string, size: string): number {
  if (size.startsWith('metal')) return 4 * Number(/\d+/.exec(size)?.[0] ?? 24);
  if (size.endsWith('xlarge')) return 4 * Number(size.slice(0, -'xlarge'.length) || 1);
  if (size === 'large') return 2;
  if (letters !== 't') return 1;
  return generation === '2' ? (t2Vcpus.get(size) ?? 1) : 2;
}
