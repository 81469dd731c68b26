import type { Environment, PlannedServer } from '../../plan/index.ts';
import { sameId } from '../arm-id.ts';
import type { ActivityDeps, AzureClients } from '../clouds.ts';
import { notYet } from '../failures.ts';
import { plannedServers, readFabrics } from '../site-recovery/fabric.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';
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

async function notRegistered(azure: AzureClients, environment: Environment): Promise<PlannedServer[]> {
  const fabrics = (await readFabrics(azure, environment)) ?? [];
  const there = fabrics.flatMap((fabric) => plannedServers(environment, fabric));
  return environment.servers.filter(({ name }) => !there.some((server) => sameId(server.name, name)));
}

function toRegister(
  environment: Environment,
  missing: readonly PlannedServer[],
  deployed: DeployedServers,
): OpenPoint {
  const { serverKind } = providerOf(environment);
  const names = missing.map(({ name }) => name).join(', ');
  return {
    code: 'SERVER_NOT_REGISTERED',
    message: `Vault ${environment.vault} does not know its ${serverKind} ${names}`,
    suggestion: missing.map((server) => howToRegister(environment, server, deployed[server.name])).join('\n'),
  };
}

function howToRegister(
  environment: Environment,
  { name, instanceId }: PlannedServer,
  deployed: string | undefined,
): string {
  const on = deployed ?? instanceId;
  if (environment.provider === 'classic')
    return deployed === undefined ? classicSteps(environment, name, on) : registersItself(name, deployed);
  const begin =
    deployed === undefined
      ? `On ${on ?? name}, which must be Windows Server 2022, install the appliance (DRInstaller.ps1, Microsoft’s “Set up the appliance through PowerShell”).`
      : `The appliance is installed on ${deployed}.`;
  return [`${name}: ${begin} Only a person can register it:`, ...wizardSteps(environment, name)].join('\n');
}

/**
 * The wizard on the appliance: it needs a browser there and a key from the portal.
 * @see Microsoft, "Deploy Azure Site Recovery replication appliance - Modernized", Register appliance
 */
function wizardSteps({ vault }: Environment, name: string): string[] {
  return [
    '1. Connect to it (Remote Desktop, or Systems Manager’s Fleet Manager) and open the Appliance configuration manager: https://localhost:44368',
    '2. Let the prerequisites pass; under connectivity choose whether machines reach it by name or by address: that is final',
    `3. In the Azure portal open vault ${vault} > Site Recovery > Prepare infrastructure, and copy the appliance key`,
    `4. Friendly name ${name}, paste the key, Login, enter the device code within 5 minutes, sign in; continue`,
    '5. No vCenter; physical servers can wait. Continue, up to 30 minutes: leave the browser open, register one appliance at a time',
  ];
}

function registersItself(name: string, instanceId: string): string {
  return (
    `${name}: nothing to do, it registers by itself within a quarter of an hour. When it does not, look at ` +
    `C:\\ProgramData\\ASRSetupLogs on ${instanceId}: vault credentials are good for five days`
  );
}

function classicSteps({ vault }: Environment, name: string, on: string | undefined): string {
  return (
    `${name}: on ${on ?? name}, run Site Recovery Unified Setup as a configuration server with the registration key of ` +
    `vault ${vault} (portal > Site Recovery infrastructure > Configuration servers), valid for five days`
  );
}
