import type { JobFailure } from '../../faults.ts';
import { vmSize, vmSizes, type VmSize } from '../compute/vm-sizes.ts';
import { hydrationFailed, hydrationRefused, hydrationSizeRefused } from './failover-errors.ts';
import { hydrationNetwork } from './hydration-network.ts';
import type { ProtectedItem } from './protected-item.ts';

/** A temporary VM that makes a physical server's disks boot in Azure. */
export interface Hydration {
  /** Why it can't begin. */
  readonly refusal: () => JobFailure | undefined;
  readonly begin: () => void;
  /** Ends it, and tells how it went. */
  readonly outcome: () => JobFailure | undefined;
  readonly end: () => void;
}

/**
 * The hydration VM of a failover or test failover: it stands in the target's subscription while the disks are adapted,
 * with a network of its own, and both go (documented: hydration process). Its name and resource group are inferred.
 */
export function hydrate(item: ProtectedItem): Hydration {
  const { world } = item.fabric.vault;
  const { compute } = world;
  const size = hydrationSize(item);
  const machine = temporaryMachine(item);
  const network = hydrationNetwork(item, machine.name, machine.group);
  let id: string | undefined;
  const stays = world.section.quirks.hydrationLeaves === 'vm';
  const end = (): void => {
    if (id !== undefined && !stays) compute.deleteMachine(id);
    id = undefined;
    if (!stays) network.end();
  };
  return {
    refusal: () => {
      if (size === undefined) return hydrationSizeRefused(item.settings.targetVmSize, machine.location);
      const refusal = compute.refusal({ ...machine, size, interfaces: network.instead });
      return refusal === undefined ? undefined : hydrationRefused(refusal);
    },
    begin: () => {
      const { osType } = item.source;
      id = compute.createMachine({
        ...machine,
        interfaces: network.begin(),
        size: size?.name ?? '',
        osType,
        computerName: machine.name.slice(0, 15),
        osName: osType === 'Windows' ? 'Windows Server 2022 Datacenter' : 'ubuntu',
        bootDiagnostics: undefined,
        tags: {},
        agentReadyAfterMs: 60_000,
      }).id;
    },
    outcome: () => {
      end();
      const fails = world.section.quirks.hydrationFails.includes(item.source.instanceId);
      return fails ? hydrationFailed(item.friendlyName) : undefined;
    },
    end,
  };
}

/**
 * The target's size, if it has a temporary disk and boots generation 1; else one of its family that does, else the first
 * one (documented).
 */
function hydrationSize({ settings, fabric }: ProtectedItem): VmSize | undefined {
  const { targetVmSize } = settings;
  const { hydrationRefuses } = fabric.vault.world.section.quirks;
  const target = vmSize(targetVmSize);
  if (target === undefined || hydrationRefuses.includes(target.name)) return undefined;
  const family = vmSizes.filter((size) => size.family === target.family);
  return [target, ...family, ...vmSizes].find(
    ({ temporaryDiskGiB, generations }) => temporaryDiskGiB > 0 && generations.includes('V1'),
  );
}

function temporaryMachine({ fabric, settings, source, random }: ProtectedItem) {
  const { location, world } = fabric.vault;
  const name = `asrhydration-${random.hex(12)}`;
  const { osType } = source;
  return {
    name,
    group: world.resources.groupById(settings.targetResourceGroupId) ?? '',
    location,
    disks: [{ name: `${name}-osdisk`, sizeGiB: 127, sku: 'Standard_LRS', osType }],
  };
}
