import { minutesOf } from '../../durations.ts';
import type { JobFailure } from '../../faults.ts';
import type { SourceGuest } from '../../source-machines.ts';
import type { NewMachineInterface, VirtualMachine } from '../compute/virtual-machine.ts';
import { vmSize } from '../compute/vm-sizes.ts';
import { heldBy } from './choose-point.ts';
import { addressRefused, allocationFailed, machineRefused } from './failover-errors.ts';
import { landedGuest } from './landed-guest.ts';
import type { ItemSettings } from './item-settings.ts';
import type { NicSettings } from './nic-settings.ts';
import type { Job } from './job.ts';
import type { ProtectedItem } from './protected-item.ts';
import type { RecoveryPoint } from './recovery-points.ts';
import type { Vault } from './vault.ts';

/** A VM that a failover or a test failover made. */
interface MadeMachine {
  readonly machine: VirtualMachine;
  /** What the operation status says beside its success. */
  readonly warning: Job['warning'];
}

/** What a failover or a test failover wants to make. */
export interface WantedMachine {
  readonly name: string;
  /** Behind each disk's name: a test failover's disks stand beside the real ones. */
  readonly suffix: string;
  readonly interfaces: readonly NewMachineInterface[];
}

/** What a failover makes: the interfaces that are selected, the primary one first, each where it was wanted. */
export function failoverMachine({ settings }: ProtectedItem): WantedMachine {
  const { targetNetworkId: networkId, targetVmName: name } = settings;
  const interfaces = selectedNics(settings).map(
    ({ targetSubnetName: subnet, targetIpAddress: privateIp }) => ({
      ...{ networkId, subnet, privateIp },
    }),
  );
  return { name, suffix: '', interfaces };
}

/** What a test failover makes; subnets and addresses for tests are those of the item's own test network (inferred). */
export function testMachine({ settings }: ProtectedItem, networkId: string): WantedMachine {
  const isOwn = networkId.toLowerCase() === settings.testNetworkId.toLowerCase();
  const interfaces = selectedNics(settings).map(({ testSubnetName, testIpAddress }) =>
    isOwn ? { networkId, subnet: testSubnetName, privateIp: testIpAddress } : { networkId },
  );
  return { name: `${settings.targetVmName}-test`, suffix: '-test', interfaces };
}

/** Why the VM can't be made now; undefined when it can. */
export function machineRefusal(item: ProtectedItem, wanted: WantedMachine): JobFailure | undefined {
  const { compute } = item.fabric.vault.world;
  const size = vmSize(item.settings.targetVmSize);
  const refusal = size === undefined ? undefined : compute.refusal({ ...partsOf(item, wanted), size });
  if (refusal === undefined) return undefined;
  if (refusal.code === 'AllocationFailed') return allocationFailed(refusal);
  if (/^(PrivateIPAddress|Subnet)/.test(refusal.code)) return addressRefused(item.friendlyName, refusal);
  return machineRefused(refusal);
}

/**
 * Makes the VM of a failover, with a disk for each protected one. Where the name is taken another one is chosen, and only
 * the operation status tells (recorded, 28175); the item then names the VM by its disks alone.
 */
export function createTargetMachine(
  item: ProtectedItem,
  wanted: WantedMachine,
  copied: { readonly guest: SourceGuest | undefined; readonly point: RecoveryPoint },
): MadeMachine {
  const { compute, durations } = item.fabric.vault.world;
  const { bootDiagnosticsAccountId: account, targetVmSize: size, licenseType } = item.settings;
  const parts = partsOf(item, wanted);
  const machine = compute.createMachine({
    ...parts,
    size,
    osType: item.source.osType,
    computerName: item.source.hostName,
    osName: item.source.osName,
    bootDiagnostics:
      account === undefined
        ? undefined
        : `https://${account.slice(account.lastIndexOf('/') + 1)}.blob.core.windows.net/`,
    tags: {},
    licenseType: licenseType === 'WindowsServer' ? 'Windows_Server' : undefined,
    agentReadyAfterMs: minutesOf(durations.agentReadyMinutes, item.random),
    guest: copied.guest === undefined ? undefined : landedGuest(item, copied.guest),
  });
  holdWrites(item, machine, copied.point);
  return { machine, warning: parts.name === wanted.name ? undefined : renamed(wanted.name, parts.name) };
}

/** Notes up to which write of its source a VM's disks are. */
function holdWrites(item: ProtectedItem, { guest }: VirtualMachine, point: RecoveryPoint): void {
  const write = heldBy(item, point);
  if (guest === undefined || write === undefined) return;
  guest.holds = { instanceId: item.source.instanceId, write };
}

/** What the VM is made of, as far as it could be refused. */
function partsOf(item: ProtectedItem, { name: wanted, suffix, interfaces }: WantedMachine) {
  const { vault } = item.fabric;
  const { compute, resources } = vault.world;
  const { targetResourceGroupId, targetAvailabilityZone, diskType: sku } = item.settings;
  const group = resources.groupById(targetResourceGroupId) ?? '';
  const name = compute.hasMachine(group, wanted) ? `${wanted}-${item.random.guid()}` : wanted;
  const disks = [...item.disks].sort((one, other) => Number(other.isOsDisk) - Number(one.isOsDisk));
  return {
    ...{ name, group, interfaces },
    location: vault.location,
    generation: item.source.firmware === 'UEFI' ? ('V2' as const) : ('V1' as const),
    zone: targetAvailabilityZone === '' ? undefined : targetAvailabilityZone,
    disks: disks.map(({ diskName, isOsDisk, sizeGiB }) => ({
      name: freeDiskName(vault, item, group, `${leaf(diskName)}-${name.replaceAll('-', '_')}${suffix}`),
      sizeGiB,
      sku,
      osType: isOsDisk ? item.source.osType : undefined,
    })),
  };
}

/** Those that are selected, the primary one first. Of more than the size takes, the last ones are left out (documented). */
function selectedNics({ nics, targetVmSize }: ItemSettings): readonly NicSettings[] {
  return nics
    .filter(({ isSelected }) => isSelected)
    .toSorted((one, other) => Number(other.isPrimary) - Number(one.isPrimary))
    .slice(0, vmSize(targetVmSize)?.maxInterfaces);
}

/** Notes on each protected disk which disk was made of it. */
export function nameTargetDisks(item: ProtectedItem, machine: VirtualMachine): void {
  const ordered = [...item.disks].sort((one, other) => Number(other.isOsDisk) - Number(one.isOsDisk));
  for (const [at, disk] of ordered.entries()) disk.targetManagedDiskId = machine.disks[at]?.id;
}

function freeDiskName(vault: Vault, item: ProtectedItem, group: string, name: string): string {
  return vault.world.compute.hasDisk(group, name) ? `${name}-${item.random.hex(8)}` : name;
}

function leaf(diskName: string): string {
  return diskName.slice(Math.max(diskName.lastIndexOf('\\'), diskName.lastIndexOf('/')) + 1);
}

function renamed(wanted: string, name: string): Job['warning'] {
  return {
    code: '28175',
    message: `The VM name '${wanted}' was modified to '${name}' to avoid name conflicts.`,
  };
}
