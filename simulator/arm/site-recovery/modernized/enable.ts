import { createHash } from 'node:crypto';
import type { SourceMachine } from '../../../source-machines.ts';
import type { ArmCall } from '../../arm-call.ts';
import { badInput } from '../asr-error.ts';
import type { Job } from '../job.ts';
import { requireInstanceType } from '../policies.ts';
import { associatedPolicy, replicate, type NewDisk } from '../replicate.ts';
import type { ModernizedFabric } from './fabric.ts';
import { rcmEnableInput, type RcmEnableInput } from './input.ts';
import { rcmSettings } from './settings.ts';

/**
 * Enables replication of a machine that an appliance has discovered.
 * @throws ArmError 400 for what the service would not take; 409 where the name is taken or the machine protected already.
 */
export function enableRcm(fabric: ModernizedFabric, call: ArmCall, name: string): Job {
  const { policyId, providerSpecificDetails: input } = call.body(rcmEnableInput).properties;
  requireInstanceType('InMageRcm', input.instanceType);
  const { vault, site } = fabric;
  const machine = site.machineById(input.fabricDiscoveryMachineId);
  const source = machine === undefined ? undefined : vault.world.sources.byInstanceId(machine.instanceId);
  if (machine === undefined || source === undefined) {
    throw badInput(`The machine '${input.fabricDiscoveryMachineId}' has not been discovered.`);
  }
  const policy = associatedPolicy(fabric, policyId);
  requireAppliance(fabric, input);
  requireAllDisks(input, source);
  const random = vault.world.random.fork(`item/${vault.name}/${name.toLowerCase()}`);
  return replicate(fabric, {
    ...{ name, machine, source, policy, random },
    settings: rcmSettings(input, source, vault.world),
    disks: source.disks.map((disk, at) => rcmDisk(source, disk, at)),
    account: input.runAsAccountId === undefined ? undefined : site.accountName(input.runAsAccountId),
    classic: undefined,
    internalIdentifier: random.guid(),
  });
}

/** A Windows disk is called by its signature, a Linux one by its volume (recorded for Windows). */
function rcmDisk({ osType }: SourceMachine, disk: SourceMachine['disks'][number], at: number): NewDisk {
  const windows = osType === 'Windows';
  return {
    diskId: windows ? `{${signature(disk.volumeId)}}` : disk.volumeId,
    diskName: windows ? `\\\\.\\PHYSICALDRIVE${at}` : disk.deviceName,
    isOsDisk: disk.isRoot,
    sizeGiB: disk.sizeGiB,
  };
}

/** A disk's signature: a number that stays the disk's own. */
function signature(volumeId: string): number {
  return Number.parseInt(createHash('md5').update(volumeId).digest('hex').slice(0, 8), 16);
}

function requireAppliance(
  fabric: ModernizedFabric,
  { processServerId, runAsAccountId }: RcmEnableInput,
): void {
  if (fabric.serverById(processServerId) === undefined) {
    throw badInput(
      `The process server '${processServerId}' is not registered with the fabric '${fabric.name}'.`,
    );
  }
  if (runAsAccountId !== undefined && fabric.site.accountName(runAsAccountId) === undefined) {
    throw badInput(`The run-as account '${runAsAccountId}' does not exist.`);
  }
}

/** Disk exclusion is not supported for physical servers (documented); how it is refused is inferred. */
function requireAllDisks({ disksToInclude }: RcmEnableInput, { disks, hostName }: SourceMachine): void {
  if (disksToInclude === undefined || disksToInclude.length === disks.length) return;
  throw badInput(
    `The machine '${hostName}' has ${disks.length} disks; excluding disks of a physical server is not supported.`,
  );
}
