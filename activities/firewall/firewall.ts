import type { EC2Client } from '@aws-sdk/client-ec2';
import type { VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import { finalFailure } from '../failures.ts';
import { describeInstance } from '../instances.ts';
import { serversOf } from '../mobility/servers.ts';
import { endOf, type NetworkEnd, type NetworkInterface } from '../network-path/network.ts';
import { portsText } from '../network-path/port-range.ts';
import { readNetwork } from '../network-path/read-network.ts';
import type { SourceInstance } from '../preflight/source.ts';
import type { ReplicationSetting } from '../site-recovery/providers/provider.ts';
import { attachGroup, detachGroup } from './group-members.ts';
import {
  deleteGroup,
  ownGroupOf,
  machineGroups,
  makeOwnGroup,
  ownGroupIn,
  setRules,
} from './machine-group.ts';
import { missingRules, type PushRule } from './push-rules.ts';

/** What was opened for a push installation, and has to be closed again. */
export interface OpenedFirewall {
  readonly groupId: string;
  /** In words, e.g. `TCP 445 from 10.0.2.10/32`. */
  readonly rules: readonly string[];
}

/** Lets Site Recovery's servers in to install the Mobility service, and shuts it again. */
export const firewallActivities = ({ clouds }: ActivityDeps) => ({
  /**
   * Opens what a push installation needs and the machine's own security groups do not give: in a group of Portage's own,
   * one for each machine, from the servers' addresses alone, on the interface that has the machine's address. The own
   * groups, and their other members, stay as they are. Each effect is looked for first, so that a try that was cut short
   * anywhere is completed by the next.
   * @param seenBy names of the servers that may push; empty: any of the environment.
   * @returns undefined where the own groups suffice: then nothing is made.
   * @throws `SecurityGroupsUsedUp`, `AddressMoved` (final).
   */
  async openFirewall(
    vm: VmPlan,
    source: SourceInstance,
    setting: ReplicationSetting,
    seenBy: readonly string[],
  ): Promise<OpenedFirewall | undefined> {
    const ec2 = clouds.ec2(vm.source.region);
    const { end, attachedTo } = await machineEnd(ec2, vm, source);
    const servers = await serversOf({ clouds }, vm, setting, seenBy);
    const there = await ownGroupIn(ec2, attachedTo.vpcId, ownGroupOf(vm));
    const own = withoutGroup(end, attachedTo, there?.id);
    const network = await readNetwork(clouds, [own, ...servers.map((server) => server.end)]);
    const rules = missingRules(network, own, source.osType, servers);
    if (rules.length === 0) return undefined;

    const group = there ?? (await makeOwnGroup(ec2, attachedTo.vpcId, ownGroupOf(vm)));
    await setRules(ec2, group, rules);
    await attachGroup(ec2, attachedTo.id, group.id);
    return { groupId: group.id, rules: rules.map(inWords) };
  },

  /** Takes the machine's group off whatever has it, and deletes it. Where there is none, nothing is done. */
  async closeFirewall(vm: VmPlan): Promise<void> {
    const ec2 = clouds.ec2(vm.source.region);
    for (const { id } of await machineGroups(ec2, vm)) {
      await detachGroup(ec2, id);
      await deleteGroup(ec2, id);
    }
  },
});

async function machineEnd(
  ec2: EC2Client,
  vm: VmPlan,
  { instanceId, privateIp }: SourceInstance,
): Promise<{ end: NetworkEnd; attachedTo: NetworkInterface }> {
  const end = endOf(await describeInstance(ec2, instanceId), vm.source.region, privateIp);
  if (end.attachedTo !== undefined) return { end, attachedTo: end.attachedTo };
  throw finalFailure('AddressMoved', `No interface of ${instanceId} has ${privateIp} any more`, {
    code: 'ADDRESS_MOVED',
    suggestion: 'Give the instance its address back, or correct the plan and start it anew',
  });
}

/** The path as it would be without Portage. */
function withoutGroup(
  end: NetworkEnd,
  attachedTo: NetworkInterface,
  groupId: string | undefined,
): NetworkEnd {
  const groupIds = attachedTo.groupIds.filter((id) => id !== groupId);
  return { ...end, attachedTo: { ...attachedTo, groupIds } };
}

function inWords({ ports, from }: PushRule): string {
  return `${portsText(ports)} from ${from}`;
}
