import { ActivityFailure } from '@temporalio/common';
import type { DeployableServer } from '../activities/index.ts';
import type { PlannedServer } from '../plan/resolve.ts';
import { failureType } from './attention.ts';
import type { Preparation } from './preparation.ts';

/**
 * Brings every server of the environment into the vault: what is missing is launched where the plan says how, and
 * registers by itself or is asked of a person, who may take days.
 * @returns the fabric that they are.
 */
export async function prepareServers(preparation: Preparation): Promise<string> {
  const { environment, accept } = preparation.request;
  const missing = await preparation.step('Servers', ({ act }) => act.missingServers(environment));
  const toDeploy = environment.servers.filter(isDeployable).filter(({ name }) => missing.includes(name));
  const instances = await Promise.all(
    toDeploy.map(async (server) => [server.name, await deploy(preparation, server)] as const),
  );
  const deployed = Object.fromEntries(instances);
  const { fabric } = await preparation.untilFound('Servers', (activities, asked) =>
    activities.awaitServers(environment, accept, deployed, asked),
  );
  preparation.note(
    `Servers are registered and well: ${environment.servers.map(({ name }) => name).join(', ')}`,
  );
  return fabric;
}

function isDeployable(server: PlannedServer): server is DeployableServer {
  return server.deploy !== undefined;
}

/** From nothing to an instance on which the installer has ended well. @returns its id. */
async function deploy(preparation: Preparation, server: DeployableServer): Promise<string> {
  const { plan, environment } = preparation.request;
  const image = await preparation.step(`Image of ${server.name}`, ({ act }) =>
    act.serverImage(environment, server),
  );
  const instanceId = await preparation.effect(`Launch ${server.name}`, ({ act }) =>
    act.launchServer(plan, environment, server, image),
  );
  preparation.note(`${server.name} is ${instanceId}, ${server.deploy.instanceType}, from ${image}`);
  await preparation.step(`First boot of ${server.name}`, ({ act }) =>
    act.awaitManaged(server.region, instanceId),
  );
  await preparation.untilFound(`Vault credentials for ${server.name}`, (activities, asked) =>
    activities.awaitVaultCredentials(environment, server, asked),
  );
  await install(preparation, server, instanceId);
  preparation.note(`The installer has run on ${server.name}`);
  return instanceId;
}

async function install(
  preparation: Preparation,
  server: DeployableServer,
  instanceId: string,
): Promise<void> {
  const { environment } = preparation.request;
  let failed = 0;
  await preparation.step(`Install ${server.name}`, async ({ act, wait }) => {
    const command = await preparation.inTurn(() => act.beginInstall(environment, server, instanceId, failed));
    try {
      await preparation.wait(() => wait.awaitInstalled(server, instanceId, command));
    } catch (failure) {
      if (failure instanceof ActivityFailure && failureType(failure) === 'InstallFailed') failed += 1;
      throw failure;
    }
  });
}
