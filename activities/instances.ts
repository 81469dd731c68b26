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

const byAddress = 'network-interface.addresses.private-ip-address';

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
    ...(privateIp === undefined ? [] : [filter(byAddress, privateIp)]),
    ...(vpcId === undefined ? [] : [filter('vpc-id', vpcId)]),
  ];
  const [first, ...others] = await describeInstances(ec2, filters);
  if (first === undefined) return { kind: 'none', sought };
  if (others.length === 0) return { kind: 'found', instance: first };
  return { kind: 'several', sought, instanceIds: [first, ...others].map((one) => one.InstanceId) };
}

/** Values that one filter takes. @see docs.aws.amazon.com, AWSEC2/latest/APIReference/API_DescribeInstances */
const filterValues = 200;

/**
 * Finds the instances of many machines of one region at once, a page of them for each request. What `findInstance` finds
 * none or several of is not in the answer.
 */
export async function findInstances(
  ec2: EC2Client,
  vms: readonly VmPlan[],
): Promise<ReadonlyMap<VmPlan, FoundInstance>> {
  const ids = vms.flatMap(({ locate }) => locate.instanceId ?? []);
  const addresses = vms.flatMap(({ locate }) =>
    locate.instanceId === undefined ? (locate.privateIp ?? []) : [],
  );
  const found = [
    ...(await describeEach(ec2, 'instance-id', ids)),
    ...(await describeEach(ec2, byAddress, addresses)),
  ];
  const keys = found.flatMap((instance) =>
    [instance.InstanceId, ...addressesOf(instance)].map((key) => ({ key, instance })),
  );
  const known = Map.groupBy(keys, ({ key }) => key);
  return new Map(
    vms.flatMap((vm) => {
      const { instanceId, privateIp = '' } = vm.locate;
      const seen = (known.get(instanceId ?? privateIp) ?? []).filter(({ instance }) => isNamed(vm, instance));
      const [first, ...others] = new Map(
        seen.map(({ instance }) => [instance.InstanceId, instance]),
      ).values();
      return first === undefined || others.length > 0 ? [] : [[vm, first] as const];
    }),
  );
}

async function describeEach(ec2: EC2Client, name: string, values: readonly string[]) {
  const found = [];
  for (let at = 0; at < values.length; at += filterValues)
    found.push(
      ...(await describeInstances(ec2, [{ Name: name, Values: values.slice(at, at + filterValues) }])),
    );
  return found;
}

function isNamed({ locate: { privateIp, vpcId } }: VmPlan, instance: FoundInstance): boolean {
  return (
    (privateIp === undefined || addressesOf(instance).includes(privateIp)) &&
    (vpcId === undefined || instance.VpcId === vpcId)
  );
}

function addressesOf({ NetworkInterfaces = [] }: FoundInstance): string[] {
  return NetworkInterfaces.flatMap(({ PrivateIpAddresses = [] }) =>
    PrivateIpAddresses.flatMap(({ PrivateIpAddress }) => PrivateIpAddress ?? []),
  );
}

/** The ids of all instances that have a private address now; terminated ones have none any more. */
export async function instancesAt(ec2: EC2Client, privateIp: string): Promise<readonly string[]> {
  const found = await describeInstances(ec2, [filter(byAddress, privateIp)]);
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

/** The operating system of an instance, as far as EC2 tells one from another. */
export function osTypeOf({ Platform }: Instance): 'Windows' | 'Linux' {
  return Platform?.toLowerCase() === 'windows' ? 'Windows' : 'Linux';
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
