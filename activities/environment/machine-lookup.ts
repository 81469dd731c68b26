import { paginateDescribeInstances, type Instance } from '@aws-sdk/client-ec2';
import { paginateDescribeParameters } from '@aws-sdk/client-ssm';
import type { Environment } from '../../plan/index.ts';
import { claimOf } from '../claim.ts';
import type { Clouds } from '../clouds.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';
import { surveyEnvironment } from '../site-recovery/survey.ts';
import type { AwaitedMachine } from './request.ts';

/** Where a machine is in EC2. */
export interface Whereabouts {
  readonly address: string;
}

/** As many ids, or names, as one request of EC2 and of Systems Manager takes. */
const instancesAtOnce = 200;
const parametersAtOnce = 50;

/** Every address that the servers of a vault have discovered; `found-by-itself` where nobody has to add machines. */
export async function knownAddresses(
  clouds: Clouds,
  environment: Environment,
): Promise<ReadonlySet<string> | 'found-by-itself'> {
  const azure = clouds.azure(environment.subscriptionId);
  const { discovery } = providerOf(environment);
  if (discovery.by === 'call') return 'found-by-itself';
  const { setting } = await surveyEnvironment(azure, environment);
  return setting?.siteId === undefined ? new Set() : discovery.addresses(azure, setting.siteId);
}

/**
 * Where machines are, by name; without those that EC2 does not have and those that an earlier run has migrated. One that
 * the plan names by its address is there.
 */
export async function whereabouts(
  clouds: Clouds,
  machines: readonly AwaitedMachine[],
): Promise<Map<string, Whereabouts>> {
  const places = new Map<string, Whereabouts>();
  for (const [region, own] of Map.groupBy(machines, (machine) => machine.region)) {
    const ids = own.flatMap(({ locate }) => locate.instanceId ?? []);
    const instances = await instancesById(clouds, region, ids);
    for (const { vm, locate } of own) {
      const instance = instances.get(locate.instanceId ?? '');
      const address = locate.privateIp ?? instance?.PrivateIpAddress;
      const isMigrated = instance !== undefined && claimOf(instance)?.completedAs !== undefined;
      if (address !== undefined && !isMigrated) places.set(vm, { address });
    }
  }
  return places;
}

/** A parameter of Systems Manager, in one region. */
interface ParameterPlace {
  readonly region: string;
  readonly parameter: string;
}

/** Tells which of these parameters are there. Only names are looked up, never values. */
export async function presentParameters(
  clouds: Clouds,
  places: readonly ParameterPlace[],
): Promise<(place: ParameterPlace) => boolean> {
  const found = new Map<string, ReadonlySet<string>>();
  for (const [region, own] of Map.groupBy(places, (place) => place.region)) {
    const names = [...new Set(own.map(({ parameter }) => parameter))];
    found.set(region, await parametersNamed(clouds, region, names));
  }
  return ({ region, parameter }) => found.get(region)?.has(parameter) ?? false;
}

async function instancesById(
  clouds: Clouds,
  region: string,
  ids: readonly string[],
): Promise<Map<string, Instance>> {
  const found = new Map<string, Instance>();
  for (const some of slices(ids, instancesAtOnce)) {
    const input = { Filters: [{ Name: 'instance-id', Values: some }] };
    for await (const { Reservations = [] } of paginateDescribeInstances(
      { client: clouds.ec2(region) },
      input,
    ))
      for (const instance of Reservations.flatMap(({ Instances = [] }) => Instances))
        found.set(instance.InstanceId ?? '', instance);
  }
  return found;
}

async function parametersNamed(
  clouds: Clouds,
  region: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const some of slices(names, parametersAtOnce)) {
    const ParameterFilters = [{ Key: 'Name', Option: 'Equals', Values: some }];
    const input = { ParameterFilters, MaxResults: parametersAtOnce };
    for await (const { Parameters = [] } of paginateDescribeParameters({ client: clouds.ssm(region) }, input))
      for (const { Name = '' } of Parameters) found.add(Name);
  }
  return found;
}

function slices<Value>(values: readonly Value[], length: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / length) }, (_, at) =>
    values.slice(at * length, (at + 1) * length),
  );
}
