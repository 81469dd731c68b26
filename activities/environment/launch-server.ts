import { createHash } from 'node:crypto';
import {
  DescribeInstancesCommand,
  RunInstancesCommand,
  _InstanceType,
  type BlockDeviceMapping,
  type EC2Client,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Deployment, Environment, PlannedServer } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import { finalFailure, notYet } from '../failures.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';
import { managedState } from '../systems-manager/managed.ts';
import { tagsFor } from './made-for.ts';

/** A server that a plan has launched. */
export type DeployableServer = PlannedServer & { readonly deploy: Deployment };

/** Tag that says which server of which vault an instance is to become. */
export const serverTag = 'portage:server';

/** What the installers want for it (documented). */
const cacheGiB = 620;

/** Instances that become appliances or configuration servers. */
export const launchActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /** The newest image that a server of the environment runs on, in its region. Looked up once: a second try must ask for the same. */
  async serverImage(environment: Environment, { region }: PlannedServer): Promise<string> {
    return newestImage(clouds.ssm(region), environment);
  },

  /**
   * Launches a server's instance, or finds it by its tag; the client token makes EC2 do the same where a first try has
   * been taken and does not show yet.
   * @returns its id.
   * @see RunInstances: at once `pending`
   */
  async launchServer(
    plan: string,
    environment: Environment,
    server: DeployableServer,
    imageId: string,
  ): Promise<string> {
    const ec2 = clouds.ec2(server.region);
    const { lives, gone } = await instancesOf(ec2, serverKey(environment, server));
    const [there] = lives;
    if (there !== undefined) return there;
    const input = launchInput(plan, environment, server, { imageId, gone });
    const { Instances } = await ec2.send(new RunInstancesCommand(input));
    const launched = Instances?.[0]?.InstanceId;
    if (launched === undefined) throw new Error('EC2 launched an instance and named no id');
    return launched;
  },

  /** Waits until Systems Manager can run something on an instance: its first boot takes minutes. */
  async awaitManaged(region: string, instanceId: string): Promise<void> {
    const state = await managedState(clouds.ssm(region), instanceId);
    if (state !== 'online')
      throw notYet({ text: `${instanceId} has not reported to Systems Manager yet` }, pollIntervalMs);
  },
});

/** A server that Portage launches where its vault does not know it. */
export function isDeployable(server: PlannedServer): server is DeployableServer {
  return server.deploy !== undefined;
}

/** The id of the newest image that a server of the environment runs on. */
export async function newestImage(ssm: SSMClient, environment: Environment): Promise<string> {
  const { imageParameter: Name } = providerOf(environment).server;
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
  if (Parameter?.Value === undefined) throw new Error(`Systems Manager answered nothing about ${Name}`);
  return Parameter.Value;
}

/** What a server's instance carries as its tag: the same whatever plan asks. */
export function serverKey(
  { subscriptionId, resourceGroup, vault }: Environment,
  { name }: PlannedServer,
): string {
  return `${subscriptionId}/${resourceGroup}/${vault}/${name}`.toLowerCase();
}

async function instancesOf(ec2: EC2Client, key: string) {
  const Filters = [{ Name: `tag:${serverTag}`, Values: [key] }];
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  const isGone = (state: string | undefined) => state === 'terminated' || state === 'shutting-down';
  const ids = (wanted: boolean) =>
    instances
      .filter(({ State }) => isGone(State?.Name) === wanted)
      .flatMap(({ InstanceId }) => InstanceId ?? []);
  return { lives: ids(false), gone: ids(true) };
}

/** What launches a server; `gone` are instances of it that were terminated. */
export function launchInput(
  plan: string,
  environment: Environment,
  server: DeployableServer,
  { imageId, gone }: { readonly imageId: string; readonly gone: readonly string[] },
): RunInstancesCommandInput {
  const { instanceType, subnetId, securityGroupId, instanceProfile } = server.deploy;
  const key = serverKey(environment, server);
  const tags = { Name: server.name, [serverTag]: key, ...tagsFor(plan) };
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return {
    // One that somebody terminated is replaced: its token would answer with the dead one.
    ClientToken: createHash('sha256')
      .update([key, ...gone].join(' '))
      .digest('hex'),
    ImageId: imageId,
    InstanceType: toInstanceType(instanceType),
    MinCount: 1,
    MaxCount: 1,
    SubnetId: subnetId,
    SecurityGroupIds: [securityGroupId],
    IamInstanceProfile: { Name: instanceProfile },
    MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
    BlockDeviceMappings: [
      volume('/dev/sda1', providerOf(environment).server.rootGiB),
      volume('xvdf', cacheGiB),
    ],
    UserData: Buffer.from(firstBoot(server.name)).toString('base64'),
    TagSpecifications: [
      { ResourceType: 'instance', Tags },
      { ResourceType: 'volume', Tags },
    ],
  };
}

function volume(device: string, sizeGiB: number): BlockDeviceMapping {
  const Ebs = { VolumeSize: sizeGiB, VolumeType: 'gp3', Encrypted: true, DeleteOnTermination: true } as const;
  return { DeviceName: device, Ebs };
}

/** EC2 launches its smallest type where none is named: a name that the SDK does not know is refused here. */
function toInstanceType(name: string): _InstanceType {
  const known = Object.values(_InstanceType).find((type) => type === name);
  if (known !== undefined) return known;
  throw finalFailure('UnknownInstanceType', `EC2 has no instance type ${name} that this version knows`, {
    code: 'UNKNOWN_INSTANCE_TYPE',
    suggestion: 'Name another type with 8 vCPU and 16 GB or more in `deploy`, like m5.2xlarge',
  });
}

/** The vault knows a configuration server by its computer name, which an image makes up by itself. */
function firstBoot(name: string): string {
  return `<powershell>\nRename-Computer -NewName '${name}' -Force -Restart\n</powershell>\n`;
}
