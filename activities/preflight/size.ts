import type { VmPlan } from '../../plan/index.ts';
import type { AzureFacts } from './azure-facts.ts';
import type { Findings } from './findings.ts';
import type { SourceInstance } from './source.ts';
import type { Size } from './vm-size.ts';

/** Whether the region has each size that the plan would take, and whether it fits the machine. */
export async function checkSize(
  facts: AzureFacts,
  vm: VmPlan,
  source: SourceInstance | undefined,
  findings: Findings,
): Promise<void> {
  if (vm.target.size === undefined) return;
  for (const name of [vm.target.size, ...vm.target.nextSizes])
    await checkOneSize(facts, name, vm, { source, findings });
}

async function checkOneSize(
  facts: AzureFacts,
  name: string,
  { target, environment }: VmPlan,
  { source, findings }: { readonly source: SourceInstance | undefined; readonly findings: Findings },
): Promise<void> {
  const sizes = await facts.sizes(environment.subscriptionId, environment.location);
  const size = sizes.get(name.toLowerCase());
  if (size === undefined) {
    findings.blocker(
      'SIZE_UNKNOWN',
      `${environment.location} has no VM size ${name}`,
      'Correct target.size; `az vm list-skus --location` lists what there is',
    );
    return;
  }
  checkAvailability(size, environment.location, findings);
  if (source !== undefined) {
    checkFit(size, source, findings);
    checkInterfaceCount(size, target.interfaces?.length ?? source.interfaces, findings);
  }
  if (target.diskType === 'Premium_LRS' && !size.takesPremiumDisks)
    findings.blocker(
      'SIZE_WITHOUT_PREMIUM',
      `${size.name} takes no ${target.diskType} disks`,
      'Choose a size with an s in its name, or another target.diskType',
    );
}

function checkAvailability(
  { name, restrictions, hasTemporaryDisk, generations }: Size,
  location: string,
  findings: Findings,
) {
  if (restrictions.length > 0)
    findings.blocker(
      'SIZE_RESTRICTED',
      `${name} is not for this subscription in ${location}: ${restrictions.join(', ')}`,
      'Choose another size, or ask Azure’s support to lift the restriction',
    );
  if (!hasTemporaryDisk || !generations.includes('V1'))
    findings.warning(
      'SIZE_AT_HYDRATION',
      `${name} has ${hasTemporaryDisk ? 'no Generation 1' : 'no temporary disk'}: hydration may refuse it, or take another size for its own VM`,
      'Prefer a size with a temporary disk and Generation 1 for the failover, and resize afterwards',
    );
}

function checkFit(size: Size, source: SourceInstance, findings: Findings): void {
  const { bootMode, disks, vcpus, memoryMiB } = source;
  const wanted = bootMode === 'UEFI' ? 'V2' : 'V1';
  if (bootMode !== undefined && !size.generations.includes(wanted))
    findings.blocker(
      'SIZE_GENERATION',
      `The machine boots by ${bootMode} and becomes Generation ${wanted.slice(1)}, which ${size.name} does not have`,
      'Choose a size of that generation',
    );
  const dataDisks = disks.filter(({ isRoot }) => !isRoot).length;
  if (size.maxDataDisks !== undefined && dataDisks > size.maxDataDisks)
    findings.blocker(
      'SIZE_TOO_FEW_DISKS',
      `The machine has ${dataDisks} data disks; ${size.name} takes ${size.maxDataDisks}`,
      'Choose a larger size',
    );
  const memoryGiB = memoryMiB === undefined ? undefined : memoryMiB / 1024;
  if ((vcpus ?? 0) > size.vcpus || (memoryGiB ?? 0) > size.memoryGiB)
    findings.warning(
      'SIZE_SMALLER',
      `${size.name} has ${size.vcpus} vCPUs and ${size.memoryGiB} GiB; the machine has ${vcpus ?? '?'} and ${memoryGiB ?? '?'}`,
      'Choose a larger size, unless the machine does not need what it has',
    );
}

/** @param wanted how many interfaces go along: those that the plan names, else all (documented). */
function checkInterfaceCount({ name, maxInterfaces }: Size, wanted: number, findings: Findings): void {
  if (maxInterfaces === undefined || wanted <= maxInterfaces) return;
  findings.blocker(
    'SIZE_TOO_FEW_INTERFACES',
    `${wanted} interfaces go along; ${name} takes ${maxInterfaces}`,
    'Choose a larger size, or name under target.interfaces those that have to go along: Site Recovery leaves the others out without a word',
  );
}
