import type { EnvironmentRequest, MissingMachines } from '../activities/index.ts';
import type { Trouble } from './attention.ts';

type ToConfigure = MissingMachines['toConfigure'][number];

/**
 * One list for everything that a person has to do at a vault's servers, to copy from: addresses to add, and what agents
 * register with.
 * @param details what agents say of their machines, by `<plan>/<vm>`: the appliance makes a configuration from it.
 */
export function machinesToAdd(
  { environment: { vault, servers } }: EnvironmentRequest,
  { toAdd, toConfigure, more }: MissingMachines,
  details: ReadonlyMap<string, string>,
): Trouble {
  const count = toAdd.length + toConfigure.length + more;
  const where = servers.map(({ name }) => name).join(' or ');
  return {
    code: 'MACHINES_TO_ADD',
    message: `${count} machine${count === 1 ? ' needs' : 's need'} a person at ${where} of vault ${vault}`,
    suggestion: [
      ...(toAdd.length === 0
        ? []
        : [
            `In the Appliance configuration manager, under “Provide physical server details”, add these addresses, each with its credential:`,
            ...toAdd.map(({ address }) => address),
          ]),
      ...[...Map.groupBy(toConfigure, ({ how }) => how)].flatMap(([how, machines]) => [
        how,
        ...registrations(machines, details),
      ]),
      ...(more === 0 ? [] : [`${more} more follow as these are done`]),
      'Portage goes on by itself with each machine that appears',
    ].join('\n'),
  };
}

/** Each parameter once, below the machines that read it. */
function registrations(machines: readonly ToConfigure[], details: ReadonlyMap<string, string>): string[] {
  const places = Map.groupBy(machines, ({ region, parameter }) => `${region} ${parameter}`);
  return [...places.values()].flatMap((readers) => [
    ...readers.map(({ machine, address, isTold }) =>
      isTold
        ? `${machine} (${address}): ${details.get(machine) ?? 'its details come once the Mobility service is installed'}`
        : `${machine} (${address})`,
    ),
    ...readers.slice(0, 1).map(putCommand),
  ]);
}

function putCommand({ parameter, region, file }: ToConfigure): string {
  return `aws ssm put-parameter --region ${region} --type SecureString --tier Intelligent-Tiering --name ${parameter} --value file://${file}`;
}
