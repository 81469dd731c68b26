/** A VM size, as far as a migration asks. */
interface VmSize {
  readonly name: string;
  readonly family: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Generations that it boots. */
  readonly generations: string;
}

/** Sizes that the simulated region offers. A failover to any other one is refused. */
export const vmSizes: readonly VmSize[] = [
  ...series('Standard_D', 's_v5', 'standardDSv5Family', [2, 4, 8, 16, 32], 4),
  ...series('Standard_D', 'ds_v5', 'standardDDSv5Family', [2, 4, 8, 16, 32], 4),
  ...series('Standard_D', 's_v4', 'standardDSv4Family', [2, 4, 8, 16, 32], 4),
  ...series('Standard_D', 's_v3', 'standardDSv3Family', [2, 4, 8, 16, 32], 4),
  ...series('Standard_E', 's_v5', 'standardESv5Family', [2, 4, 8, 16, 32], 8),
  ...series('Standard_E', 'ds_v5', 'standardEDSv5Family', [2, 4, 8, 16, 32], 8),
  ...series('Standard_E', 'ds_v4', 'standardEDSv4Family', [2, 4, 8, 16, 32], 8),
  ...series('Standard_F', 's_v2', 'standardFSv2Family', [2, 4, 8, 16, 32], 2),
  ...series('Standard_B', 'ms', 'standardBSFamily', [2, 4, 8], 4),
];

/** The size with this name, in any case. */
export function vmSize(name: string): VmSize | undefined {
  return vmSizes.find((size) => size.name.toLowerCase() === name.toLowerCase());
}

function series(
  before: string,
  after: string,
  family: string,
  cores: readonly number[],
  gibPerCore: number,
): VmSize[] {
  return cores.map((count) => ({
    name: `${before}${count}${after}`,
    family,
    cores: count,
    memoryGiB: count * gibPerCore,
    generations: 'V1,V2',
  }));
}
