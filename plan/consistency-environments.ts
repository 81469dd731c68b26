import { closest } from './closest.ts';
import type { Mistake, Path } from './mistake.ts';
import { providerRules, providerSaid } from './providers.ts';
import type { PlanSketch } from './sketch.ts';
import type { SketchedMachine } from './sketched-machine.ts';
import { twice } from './twice.ts';

type Sketched = NonNullable<PlanSketch['environments'][number]>;

/** What is wrong with the environments among themselves. */
export function environmentMistakes({ environments }: PlanSketch): Mistake[] {
  const entries = environments.map((environment, index) => ({
    key: environment?.name,
    path: ['environments', index, 'name'],
  }));
  const mistakes = environments.flatMap((environment, index) =>
    environment ? serverMistakes(environment, ['environments', index]) : [],
  );
  return [...twice(entries, (name) => `two environments are called \`${name}\``), ...mistakes];
}

/** A vault has the servers of its provider and no others; what neither makes has no addresses. */
function serverMistakes(environment: Sketched, path: Path): Mistake[] {
  const { appliances, configurationServer, create, networks } = environment;
  const provider = providerSaid(environment.provider);
  const { servers: wanted, how, hasSecrets } = providerRules[provider];
  const other = wanted === 'appliances' ? 'configurationServer' : 'appliances';
  const isThere = {
    appliances: appliances !== undefined,
    configurationServer: configurationServer !== undefined,
  };
  return [
    ...(isThere[wanted] ? [] : [missing([...path, wanted], how)]),
    ...(isThere[other]
      ? [wrong([...path, other], `\`${other}\` does not belong to a ${provider} vault`, how)]
      : []),
    ...(hasSecrets && configurationServer?.deploy && configurationServer.deploy.registration === undefined
      ? [missing([...path, 'configurationServer', 'deploy', 'registration'], credentials)]
      : []),
    ...(networks !== undefined && create !== true
      ? [
          wrong(
            [...path, 'networks'],
            '`networks` says what `create: true` makes',
            'Add `create: true`, or leave `networks` out',
          ),
        ]
      : []),
  ];
}

const credentials =
  'It registers with vault credentials: put the file from the portal into a SecureString parameter and name it, `{ parameter: … }`';

function missing(path: Path, suggestion: string): Mistake {
  return { path, at: 'missing', message: `\`${path.at(-1) ?? ''}\` is missing`, suggestion };
}

function wrong(path: Path, message: string, suggestion: string): Mistake {
  return { path, at: 'value', message, suggestion };
}

/** A server whose instance could be in several regions: it is looked for in that of the machines. */
export function serverRegions({ environments }: PlanSketch, machines: readonly SketchedMachine[]): Mistake[] {
  return environments.flatMap((environment, index) => {
    if (!environment) return [];
    const own = machines.filter(({ environment: name }) => name === undefined || name === environment.name);
    const regions = [...new Set(own.flatMap(({ region }) => region ?? []))];
    if (regions.length < 2) return [];
    const servers = [
      ...(environment.appliances ?? []).map((server, at) => ({ server, place: ['appliances', at] })),
      { server: environment.configurationServer, place: ['configurationServer'] },
    ];
    return servers.flatMap(({ server, place }) => {
      const isInstance = server?.instanceId !== undefined || server?.deploy !== undefined;
      if (!isInstance || server.region !== undefined) return [];
      const path = ['environments', index, ...place, 'region'];
      return [missing(path, `Its machines are in ${regions.join(' and ')}: say where the server is`)];
    });
  });
}

/** What the environment of a machine must say for the way in which its Mobility service is installed; once for each environment. */
export function mobilityNeeds({ environments }: PlanSketch, machines: readonly SketchedMachine[]): Mistake[] {
  return environments.flatMap((environment, index) => {
    if (!environment) return [];
    const own = machines.filter(({ environment: name }) => name === undefined || name === environment.name);
    const path = ['environments', index];
    const { hasSecrets } = providerRules[providerSaid(environment.provider)];
    const { configurationServer: server } = environment;
    const hasPush = own.some(({ mobility }) => mobility === 'push');
    const hasSsm = own.some(({ mobility }) => mobility === undefined || mobility === 'ssm');
    return [
      ...(hasPush && environment.account === undefined
        ? [missing([...path, 'account'], 'Name the run-as account that `mobility: push` installs with')]
        : []),
      ...(hasSsm && hasSecrets && server && server.passphrase === undefined
        ? [
            missing(
              [...path, 'configurationServer', 'passphrase'],
              'Agents register with it, `mobility: ssm`: name its SecureString parameter, `{ parameter: … }`',
            ),
          ]
        : []),
    ];
  });
}

/** Machines that name no environment although there are several, or one that is not there. */
export function environmentReferences(
  { environments }: PlanSketch,
  machines: readonly SketchedMachine[],
): Mistake[] {
  const names = environments.flatMap((environment) => environment?.name ?? []);
  const wrong = machines.flatMap(({ environment, environmentPath: path }): Mistake[] => {
    if (typeof environment !== 'string' || path === undefined || names.includes(environment)) return [];
    const meant = closest(environment, names);
    const suggestion =
      meant === undefined ? `The plan has ${names.join(', ')}` : `Did you mean \`${meant}\`?`;
    return [{ path, at: 'value', message: `there is no environment \`${environment}\``, suggestion }];
  });
  return [...wrong, ...(environments.length > 1 ? unnamed(names, machines) : [])];
}

function unnamed(names: readonly string[], machines: readonly SketchedMachine[]): Mistake[] {
  const lacking = machines.filter(({ environment }) => environment === undefined);
  const [first] = lacking;
  if (first === undefined) return [];
  const others = lacking.length === 1 ? 'names' : `and ${lacking.length - 1} more name`;
  return [
    {
      path: [...first.path, 'environment'],
      at: 'missing',
      message: `the plan has several environments, and \`${first.own.name ?? 'a machine'}\` ${others} none`,
      suggestion: `Set \`environment\` to ${names.join(' or ')} in \`defaults\`, a group or the machine`,
    },
  ];
}
