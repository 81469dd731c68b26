import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import type { Environment } from '../../plan/index.ts';
import type { Clouds } from '../clouds.ts';
import {
  isDeployable,
  launchInput,
  newestImage,
  type DeployableServer,
} from '../environment/launch-server.ts';
import { notRegistered } from '../environment/servers.ts';
import { isAllowed, permissionMissing } from './aws-permissions.ts';
import { concern } from './concern.ts';
import type { Findings } from './findings.ts';

interface ToLaunch {
  readonly environment: Environment;
  readonly server: DeployableServer;
}

/**
 * Whether AWS allows the worker to launch the servers that a plan deploys and whose vaults do not know them yet: their
 * image is looked up, and a dry run asks for the launch itself, once for each region. What runs on them goes through
 * Systems Manager, which has no dry run.
 */
export async function checkDeployments(
  clouds: Clouds,
  plan: string,
  environments: readonly Environment[],
  findings: Findings,
): Promise<void> {
  const looks = environments.map((environment) =>
    concern(findings, `The servers of environment ${environment.name}`, () => toLaunch(clouds, environment)),
  );
  const all = (await Promise.all(looks)).flatMap((each) => each ?? []);
  const inRegions = Map.groupBy(all, ({ server }) => server.region);
  await Promise.all(
    [...inRegions.values()].flatMap(([first]) =>
      first === undefined
        ? []
        : concern(findings, `The launch of ${first.server.name}`, () =>
            askToLaunch(clouds, plan, first, findings),
          ),
    ),
  );
}

async function toLaunch(clouds: Clouds, environment: Environment): Promise<ToLaunch[]> {
  const servers = environment.servers.filter(isDeployable);
  if (servers.length === 0) return [];
  const missing = await notRegistered(clouds.azure(environment.subscriptionId), environment);
  return servers.filter((server) => missing.includes(server)).map((server) => ({ environment, server }));
}

async function askToLaunch(
  clouds: Clouds,
  plan: string,
  { environment, server }: ToLaunch,
  findings: Findings,
): Promise<void> {
  const imageId = await newestImage(clouds.ssm(server.region), environment);
  const input = launchInput(plan, environment, server, { imageId, gone: [] });
  const ask = () => clouds.ec2(server.region).send(new RunInstancesCommand({ ...input, DryRun: true }));
  if (!(await isAllowed(ask))) permissionMissing('ec2:RunInstances', findings);
}
