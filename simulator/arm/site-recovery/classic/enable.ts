import type { ArmCall } from '../../arm-call.ts';
import { badInput } from '../asr-error.ts';
import type { Job } from '../job.ts';
import { requireInstanceType } from '../policies.ts';
import { associatedPolicy, replicate, type NewDisk } from '../replicate.ts';
import { azureV2Disks } from './disks.ts';
import type { ClassicFabric } from './fabric.ts';
import { azureV2EnableInput, type AzureV2EnableInput } from './input.ts';
import { requireNotRetired } from './retirement.ts';
import { azureV2Settings } from './settings.ts';

/**
 * Enables replication of a machine that the configuration server knows.
 * @throws ArmError 400 for what the service would not take, and for everything since the retirement; 409 where the name
 * is taken or the machine protected already.
 */
export function enableAzureV2(fabric: ClassicFabric, call: ArmCall, name: string): Job {
  const {
    policyId,
    protectableItemId,
    providerSpecificDetails: input,
  } = call.body(azureV2EnableInput).properties;
  const { vault } = fabric;
  requireInstanceType('InMageAzureV2', input.instanceType);
  requireNotRetired(vault.world.clock.nowMs);
  const machine = fabric.protectableItems.get(
    protectableItemId.slice(protectableItemId.lastIndexOf('/') + 1),
  );
  const source = machine === undefined ? undefined : vault.world.sources.byInstanceId(machine.instanceId);
  if (machine?.id.toLowerCase() !== protectableItemId.toLowerCase() || source === undefined) {
    throw badInput(`The protectable item '${protectableItemId}' does not exist.`);
  }
  const policy = associatedPolicy(fabric, policyId);
  const masterTargetId = requireServers(fabric, input);
  const random = vault.world.random.fork(`item/${vault.name}/${fabric.name}/${name.toLowerCase()}`);
  const groupId = requireGroup(input) ?? random.fork('group').guid();
  return replicate(fabric, {
    ...{ name, machine, source, policy, random },
    settings: azureV2Settings(input, source, groupId, vault.world),
    disks: requireDisks(input, azureV2Disks(source)),
    account: accountOf(fabric, input)?.accountName,
    classic: {
      masterTargetId,
      multiVmGroupId: groupId,
      enableRdpOnTargetOption: input.enableRdpOnTargetOption,
    },
    internalIdentifier: machine.name,
  });
}

/** The master target is the configuration server's own, unless another one is named (inferred). */
function requireServers(
  fabric: ClassicFabric,
  { processServerId, masterTargetId }: AzureV2EnableInput,
): string {
  const wanted = masterTargetId ?? fabric.servers[0]?.id ?? '';
  for (const [role, id] of [
    ['process server', processServerId],
    ['master target server', wanted],
  ] as const) {
    if (fabric.serverById(id) !== undefined) continue;
    throw badInput(
      `The ${role} '${id}' is not registered with the configuration server '${fabric.friendlyName}'.`,
    );
  }
  return wanted;
}

function accountOf({ accounts, friendlyName }: ClassicFabric, { runAsAccountId }: AzureV2EnableInput) {
  if (runAsAccountId === undefined) return undefined;
  const account = accounts.find(({ accountId }) => accountId === runAsAccountId);
  if (account === undefined) {
    throw badInput(
      `The run-as account '${runAsAccountId}' does not exist on the configuration server '${friendlyName}'.`,
    );
  }
  return account;
}

/** Recorded: name and id of the group are the same GUID. That another pair is refused is inferred. */
function requireGroup({ multiVmGroupId, multiVmGroupName }: AzureV2EnableInput): string | undefined {
  if ((multiVmGroupId ?? multiVmGroupName) === (multiVmGroupName ?? multiVmGroupId))
    return multiVmGroupId ?? multiVmGroupName;
  throw badInput(
    `The multi-VM group '${multiVmGroupName ?? ''}' does not have the id '${multiVmGroupId ?? ''}'.`,
  );
}

/** The disks that are named, by their GUIDs; all of them where none is. @throws ArmError 400 without the operating system's. */
function requireDisks({ disksToInclude }: AzureV2EnableInput, disks: readonly NewDisk[]): readonly NewDisk[] {
  if (disksToInclude === undefined) return disks;
  const wanted = disksToInclude.map(({ diskId }) => {
    const disk = disks.find((each) => each.diskId.toLowerCase() === diskId.toLowerCase());
    if (disk === undefined) throw badInput(`The machine has no disk '${diskId}'.`);
    return disk;
  });
  if (!wanted.some(({ isOsDisk }) => isOsDisk)) {
    throw badInput('The disk of the operating system must be among the disks to include.');
  }
  return wanted;
}
