import type { AzureSection } from '../azure-section.ts';
import { ArmError } from '../arm-error.ts';
import { same } from '../resource.ts';
import type { VirtualMachine } from './virtual-machine.ts';
import { vmSize, vmSizes, type VmSize } from './vm-sizes.ts';

/**
 * vCPU quotas of the subscription, for each region and family. Every VM counts, deallocated ones too (documented: "both
 * allocated and deallocated").
 */
export class Quota {
  readonly #section: AzureSection;
  readonly #machines: Iterable<VirtualMachine>;

  constructor(section: AzureSection, machines: Iterable<VirtualMachine>) {
    this.#section = section;
    this.#machines = machines;
  }

  /**
   * Why a VM of a size, in place of another one where it changes, would be too much in a region.
   * @returns a refusal in the words of the service, or undefined.
   */
  refusalOf(size: VmSize, location: string, before?: VmSize): ArmError | undefined {
    const { cores, families } = this.#used(location);
    const sameFamily = before?.family === size.family;
    const more = size.cores - (before?.cores ?? 0);
    return (
      this.#check('Total Regional', location, cores, more, this.#section.vcpuQuota) ??
      this.#check(
        size.family,
        location,
        families.get(size.family) ?? 0,
        sameFamily ? more : size.cores,
        this.#limitOf(size.family),
      )
    );
  }

  /** `Usage_List`: what is used, and what may be. */
  usages(location: string): unknown[] {
    const { cores, families, machines } = this.#used(location);
    return [
      usage('availabilitySets', 'Availability Sets', 0, 2500),
      usage('cores', 'Total Regional vCPUs', cores, this.#section.vcpuQuota),
      usage('virtualMachines', 'Virtual Machines', machines, 25_000),
      ...[...new Set(vmSizes.map(({ family }) => family))].map((family) =>
        usage(family, displayName(family), families.get(family) ?? 0, this.#limitOf(family)),
      ),
    ];
  }

  #limitOf(family: string): number {
    const [, limit] = Object.entries(this.#section.familyQuotas).find(([name]) => same(name, family)) ?? [];
    return limit ?? this.#section.vcpuQuota;
  }

  #used(location: string): {
    readonly cores: number;
    readonly families: ReadonlyMap<string, number>;
    readonly machines: number;
  } {
    const families = new Map<string, number>();
    let [cores, machines] = [0, 0];
    for (const machine of this.#machines) {
      if (!same(machine.location, location)) continue;
      const { cores: own = 2, family = 'standardFamily' } = vmSize(machine.size) ?? {};
      cores += own;
      machines += 1;
      families.set(family, (families.get(family) ?? 0) + own);
    }
    return { cores, families, machines };
  }

  #check(what: string, location: string, used: number, more: number, limit: number): ArmError | undefined {
    if (more <= 0 || used + more <= limit) return undefined;
    const message = `Operation could not be completed as it results in exceeding approved ${what} Cores quota. Additional details - Deployment Model: Resource Manager, Location: ${location}, Current Limit: ${limit}, Current Usage: ${used}, Additional Required: ${more}, (Minimum) New Limit Required: ${used + more}. Setup Alerts when Quota reaches threshold. Learn more at https://aka.ms/quotamonitoringalerting . Submit a request for Quota increase by specifying parameters listed in the 'Details' section for deployment to succeed. Please read more about quota limits at https://docs.microsoft.com/en-us/azure/azure-supportability/regional-quota-requests`;
    return new ArmError(409, 'QuotaExceeded', message);
  }
}

function usage(value: string, localizedValue: string, currentValue: number, limit: number): unknown {
  return { limit, unit: 'Count', currentValue, name: { value, localizedValue } };
}

/** `Standard DSv5 Family vCPUs` for `standardDSv5Family`. */
function displayName(family: string): string {
  return `Standard ${family.replace(/^standard/, '').replace(/Family$/, '')} Family vCPUs`;
}
