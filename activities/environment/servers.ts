import type { Environment, PlannedServer } from '../../plan/index.ts';
import { sameId } from '../arm-id.ts';
import type { ActivityDeps, AzureClients } from '../clouds.ts';
import { notYet } from '../failures.ts';
import { plannedServers, readFabrics } from '../site-recovery/fabric.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';
import type { ServerPlace } from '../site-recovery/providers/setup.ts';
import { surveyEnvironment } from '../site-recovery/survey.ts';
import { isAsked, type Looked, type OpenPoint } from './request.ts';

/** The fabric that an environment's servers have registered. */
export interface FabricPlace {
  readonly fabric: string;
}

/** Instances that Portage has launched, by the name of the server that they are to be. */
export type DeployedServers = Readonly<Record<string, string>>;

/** What keeps all machines of an environment from replicating, as a survey calls it. */
const gate = ['APPLIANCE_UNHEALTHY', 'RUN_AS_ACCOUNT_MISSING'];

/** The servers between the machines and Azure, as the vault knows them. */
export const serverActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /** Names of those of the environment's servers that its vault does not know. */
  async missingServers(environment: Environment): Promise<string[]> {
    const missing = await notRegistered(clouds.azure(environment.subscriptionId), environment);
    return missing.map(({ name }) => name);
  },

  /**
   * Looks whether every server of the environment has registered and is well, and the run-as account is there. A server
   * registers by itself or is registered by a person, be it days later.
   * @param accept codes of findings that nobody minds.
   * @param asked what a person was asked for before: waits, however long, until something else is open.
   */
  async awaitServers(
    environment: Environment,
    accept: readonly string[],
    deployed: DeployedServers,
    asked?: OpenPoint,
  ): Promise<Looked<FabricPlace>> {
    const azure = clouds.azure(environment.subscriptionId);
    const looked = await lookAtServers(azure, environment, accept, deployed);
    if (isAsked(looked, asked)) throw notYet({ text: asked?.message ?? '' }, pollIntervalMs);
    return looked;
  },
});

async function lookAtServers(
  azure: AzureClients,
  environment: Environment,
  accept: readonly string[],
  deployed: DeployedServers,
): Promise<Looked<FabricPlace>> {
  const missing = await notRegistered(azure, environment);
  if (missing.length > 0) return { open: toRegister(environment, missing, deployed) };
  const { complaints } = await surveyEnvironment(azure, environment);
  const serious = complaints.filter(
    ({ code, weight }) => weight === 'blocker' && gate.includes(code) && !accept.includes(code),
  );
  const [first] = serious;
  if (first !== undefined)
    return { open: { ...first, message: serious.map(({ message }) => message).join('; ') } };
  const fabrics = (await readFabrics(azure, environment)) ?? [];
  const fabric = fabrics.find((one) => plannedServers(environment, one).length > 0);
  return fabric === undefined
    ? { open: toRegister(environment, environment.servers, deployed) }
    : { found: { fabric: fabric.name } };
}

/** The environment's servers that its vault does not know; all where there is no vault. */
export async function notRegistered(azure: AzureClients, environment: Environment): Promise<PlannedServer[]> {
  const fabrics = (await readFabrics(azure, environment)) ?? [];
  const there = fabrics.flatMap((fabric) => plannedServers(environment, fabric));
  return environment.servers.filter(({ name }) => !there.some((server) => sameId(server.name, name)));
}

function toRegister(
  environment: Environment,
  missing: readonly PlannedServer[],
  deployed: DeployedServers,
): OpenPoint {
  const { serverKind, server } = providerOf(environment);
  const { vault } = environment;
  const names = missing.map(({ name }) => name).join(', ');
  return {
    code: 'SERVER_NOT_REGISTERED',
    message: `Vault ${vault} does not know its ${serverKind} ${names}`,
    suggestion: missing
      .map((one) => server.howToRegister({ vault, name: one.name, on: placeOf(one, deployed) }))
      .join('\n'),
  };
}

function placeOf({ name, instanceId }: PlannedServer, deployed: DeployedServers): ServerPlace {
  const launched = deployed[name];
  return { instanceId: launched ?? instanceId, isDeployed: launched !== undefined };
}
