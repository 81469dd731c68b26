import {
  DescribeInstancesCommand,
  paginateDescribeInstances,
  type EC2Client,
  type Filter,
  type Instance,
} from '@aws-sdk/client-ec2';
import type { VmPlan } from '../plan/index.ts';

/** EC2's words for an instance's state, and `unknown` where an answer carries none (recorded). */
export type PowerState =
  'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated' | 'unknown';

/** An instance as EC2 answers it, which has an id for certain. */
export type FoundInstance = Instance & { readonly InstanceId: string };

/** What looking for a plan's machine in EC2 came to. */
export type Search =
  | { readonly kind: 'found'; readonly instance: FoundInstance }
  | { readonly kind: 'none'; readonly sought: string }
  | { readonly kind: 'several'; readonly sought: string; readonly instanceIds: readonly string[] };

/**
 * Finds the instance that a machine of the plan names: by id, or by private IP as in the EC2 console. Terminated
 * instances keep their id for a while but no address: by address they are not found.
 * An instance whose id and address the plan both names must have both.
 */
export async function findInstance(ec2: EC2Client, vm: VmPlan): Promise<Search> {
  const { instanceId, privateIp, vpcId } = vm.locate;
  const sought = [instanceId, privateIp, vpcId && `in ${vpcId}`].filter(Boolean).join(' ');
  const filters = [
    ...(instanceId === undefined ? [] : [filter('instance-id', instanceId)]),
    ...(privateIp === undefined ? [] : [filter('network-interface.addresses.private-ip-address', privateIp)]),
    ...(vpcId === undefined ? [] : [filter('vpc-id', vpcId)]),
  ];
  const [first, ...others] = await describeInstances(ec2, filters);
  if (first === undefined) return { kind: 'none', sought };
  if (others.length === 0) return { kind: 'found', instance: first };
  return { kind: 'several', sought, instanceIds: [first, ...others].map((one) => one.InstanceId) };
}

/** The ids of all instances that have a private address now; terminated ones have none any more. */
export async function instancesAt(ec2: EC2Client, privateIp: string): Promise<readonly string[]> {
  const found = await describeInstances(ec2, [
    filter('network-interface.addresses.private-ip-address', privateIp),
  ]);
  return found
    .filter((instance) => powerState(instance) !== 'terminated')
    .map(({ InstanceId }) => InstanceId);
}

/**
 * One instance by its id.
 * @throws EC2ServiceException `InvalidInstanceID.NotFound`.
 */
export async function describeInstance(ec2: EC2Client, instanceId: string): Promise<Instance> {
  const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  const instance = answer.Reservations?.[0]?.Instances?.[0];
  if (instance === undefined) throw new Error(`EC2 answered nothing about ${instanceId}`);
  return instance;
}

/** The state of an instance, in EC2's words. */
export function powerState(instance: Instance): PowerState {
  return instance.State?.Name ?? 'unknown';
}

/** The first private address of each of an instance's interfaces, by its MAC address in small letters. */
export function addressesByMac({ NetworkInterfaces = [] }: Instance): ReadonlyMap<string, string> {
  return new Map(
    NetworkInterfaces.map(({ MacAddress = '', PrivateIpAddress = '' }) => [
      MacAddress.toLowerCase(),
      PrivateIpAddress,
    ]),
  );
}

/** The value of an instance's tag, if it has that tag. */
export function tagOf(instance: Instance, key: string): string | undefined {
  return instance.Tags?.find((tag) => tag.Key === key)?.Value;
}

async function describeInstances(ec2: EC2Client, filters: Filter[]): Promise<FoundInstance[]> {
  const found = [];
  for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters: filters })) {
    for (const { Instances = [] } of page.Reservations ?? []) {
      for (const instance of Instances) {
        if (instance.InstanceId !== undefined) found.push({ ...instance, InstanceId: instance.InstanceId });
      }
    }
  }
  return found;
}

function filter(name: string, value: string): Filter {
  return { Name: name, Values: [value] };
}
