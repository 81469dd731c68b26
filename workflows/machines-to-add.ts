import type { EnvironmentRequest, MissingMachines } from '../activities/index.ts';
import type { Trouble } from './attention.ts';

type ToConfigure = MissingMachines['toConfigure'][number];

/**
 * One list for everything that a person has to do at a vault's appliances, to copy from: addresses to add, and the agent
 * configurations that only an appliance can make.
 * @param details what agents say of their machines, by `<plan>/<vm>`: the appliance makes a configuration from it.
 */
export function machinesToAdd(
  { environment: { vault, servers } }: EnvironmentRequest,
  { toAdd, toConfigure, more }: MissingMachines,
  details: ReadonlyMap<string, string>,
): Trouble {
  const count = toAdd.length + toConfigure.length + more;
  const appliance = servers.map(({ name }) => name).join(' or ');
  return {
    code: 'MACHINES_TO_ADD',
    message: `${count} machine${count === 1 ? ' needs' : 's need'} a person at appliance ${appliance} of vault ${vault}`,
    suggestion: [
      ...(toAdd.length === 0
        ? []
        : [
            `In the Appliance configuration manager, under “Provide physical server details”, add these addresses, each with its credential:`,
            ...toAdd.map(({ address }) => address),
          ]),
      ...(toConfigure.length === 0
        ? []
        : [
            'Under “Mobility service configuration details” paste the machine details, download the configuration file, and put it where the machine reads it:',
            ...toConfigure.flatMap((machine) => configuration(machine, details.get(machine.machine))),
          ]),
      ...(more === 0 ? [] : [`${more} more follow as these are done`]),
      'Portage goes on by itself with each machine that appears',
    ].join('\n'),
  };
}

function configuration({ machine, address, parameter, region }: ToConfigure, details: string | undefined) {
  const file = `${machine.replace('/', '-')}.json`;
  return [
    `${machine} (${address}): ${details ?? 'its details come once the Mobility service is installed'}`,
    `aws ssm put-parameter --region ${region} --type SecureString --tier Intelligent-Tiering --name ${parameter} --value file://${file}`,
  ];
}
