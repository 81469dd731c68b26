import type { Instance } from '@aws-sdk/client-ec2';
import type { PlannedServer, VmPlan } from '../../plan/index.ts';
import { sameId } from '../arm-id.ts';
import type { ActivityDeps } from '../clouds.ts';
import { describeInstance, instancesAt } from '../instances.ts';
import { endOf, type NetworkEnd } from '../network-path/network.ts';
import { plannedServers, readFabric } from '../site-recovery/fabric.ts';
import type { ReplicationSetting } from '../site-recovery/providers/provider.ts';

/** A server of the environment, as the machine meets it in the network. */
export interface ServerInNetwork {
  readonly name: string;
  /** AWS region of its instance. */
  readonly region: string;
  readonly address: string;
  /** Absent where it runs on no instance that this account shows: nothing is known of its side of the network. */
  readonly instanceId?: string;
  readonly end: NetworkEnd;
}

/**
 * The servers through which the machine may replicate, with the addresses that it reaches them at: as EC2 has them, else
 * as the vault has them.
 * @param seenBy names of those that have discovered it; empty: any of them may.
 */
export async function serversOf(
  { clouds }: Pick<ActivityDeps, 'clouds'>,
  { environment }: VmPlan,
  setting: ReplicationSetting,
  seenBy: readonly string[],
): Promise<readonly ServerInNetwork[]> {
  const candidates = environment.servers.filter(({ name }) => isOneOf(name, seenBy));
  const azure = clouds.azure(environment.subscriptionId);
  const known = plannedServers(environment, await readFabric(azure, environment, setting.fabric));
  const found = await Promise.all(
    candidates.map(async (planned) => {
      const told = known.find(({ name }) => sameId(name, planned.name))?.addresses.find(isIpv4);
      const instance = await instanceOf({ clouds }, planned, told);
      const address = instance?.PrivateIpAddress ?? told;
      return address === undefined ? [] : [inNetwork(planned, address, instance)];
    }),
  );
  return found.flat();
}

async function instanceOf(
  { clouds }: Pick<ActivityDeps, 'clouds'>,
  { region, instanceId }: PlannedServer,
  address: string | undefined,
): Promise<Instance | undefined> {
  const ec2 = clouds.ec2(region);
  if (instanceId !== undefined) return describeInstance(ec2, instanceId);
  const [only, ...others] = address === undefined ? [] : await instancesAt(ec2, address);
  return only === undefined || others.length > 0 ? undefined : describeInstance(ec2, only);
}

function inNetwork(
  { name, region }: PlannedServer,
  address: string,
  instance: Instance | undefined,
): ServerInNetwork {
  if (instance?.InstanceId === undefined) return { name, region, address, end: { address } };
  return { name, region, address, instanceId: instance.InstanceId, end: endOf(instance, region, address) };
}

function isOneOf(name: string, names: readonly string[]): boolean {
  return names.length === 0 || names.some((one) => sameId(one, name));
}

function isIpv4(address: string): boolean {
  return /^\d+(\.\d+){3}$/.test(address);
}
