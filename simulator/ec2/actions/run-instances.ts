import { RunInstances$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import { AwsError, invalidValue, missingParameter } from '../aws-error.ts';
import type { Estate, InstanceRow } from '../estate.ts';
import { launch } from '../launch.ts';
import type { LaunchWish } from '../launch.ts';
import { requestedTags } from '../tags.ts';

const ebsSchema = z.strictObject({
  VolumeSize: z.number().int().positive().optional(),
  VolumeType: z.string().default('gp3'),
  Encrypted: z.boolean().default(false),
  KmsKeyId: z.string().optional(),
  DeleteOnTermination: z.boolean().optional(),
  Iops: z.number().optional(),
  Throughput: z.number().optional(),
});

const inputSchema = z.strictObject({
  ...dryRun,
  ImageId: z.string(),
  InstanceType: z.string().default('m1.small'),
  MinCount: z.number().int().positive(),
  MaxCount: z.number().int().positive(),
  SubnetId: z.string().optional(),
  SecurityGroupIds: z.array(z.string()).default([]),
  PrivateIpAddress: z.string().optional(),
  IamInstanceProfile: z.strictObject({ Name: z.string().optional(), Arn: z.string().optional() }).optional(),
  BlockDeviceMappings: z.array(z.strictObject({ DeviceName: z.string(), Ebs: ebsSchema })).default([]),
  TagSpecifications: z
    .array(
      z.strictObject({
        ResourceType: z.enum(['instance', 'volume', 'network-interface']),
        Tags: requestedTags.default([]),
      }),
    )
    .default([]),
  ClientToken: z.string().max(64).default(''),
  DisableApiTermination: z.boolean().default(false),
  EbsOptimized: z.boolean().optional(),
  InstanceInitiatedShutdownBehavior: z.enum(['stop', 'terminate']).optional(),
  KeyName: z.string().optional(),
  UserData: z.string().optional(),
  MetadataOptions: z.looseObject({}).optional(),
});
type Input = z.output<typeof inputSchema>;

/** A client token launches once: the same request is answered with the same instances, another one is refused. */
export const runInstances = action({
  operation: RunInstances$,
  kind: 'write',
  input: inputSchema,
  targets: ({ ClientToken, ImageId }) => [ClientToken === '' ? ImageId : ClientToken],
  perform: (input, estate) => {
    const rows = launchedBefore(estate, input) ?? launchAnew(estate, input);
    const [first] = rows;
    return { ...first?.reservation, Instances: rows.map(({ answer }) => answer) };
  },
});

function launchAnew(estate: Estate, input: Input): InstanceRow[] {
  if (input.MinCount > input.MaxCount) throw invalidValue('MinCount must not be greater than MaxCount');
  const rows = launch(estate, wishOf(input), input.MaxCount);
  if (input.ClientToken !== '') estate.launches.set(input.ClientToken, { request: fingerprint(input), rows });
  return rows;
}

function launchedBefore({ launches }: Estate, input: Input): readonly InstanceRow[] | undefined {
  const known = launches.get(input.ClientToken);
  if (known === undefined || known.request === fingerprint(input)) return known?.rows;
  throw new AwsError(
    'IdempotentParameterMismatch',
    'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
  );
}

function fingerprint(input: Input): string {
  return JSON.stringify(input);
}

function wishOf(input: Input): LaunchWish {
  const tags = (kind: string) =>
    input.TagSpecifications.filter(({ ResourceType }) => ResourceType === kind).flatMap(({ Tags }) => Tags);
  const { Name, Arn } = input.IamInstanceProfile ?? {};
  return {
    imageId: input.ImageId,
    type: input.InstanceType,
    subnetId: input.SubnetId,
    groupIds: input.SecurityGroupIds,
    privateIp: input.PrivateIpAddress,
    profile: Name ?? Arn?.split('/').at(-1),
    volumes: input.BlockDeviceMappings.map(volumeOf),
    clientToken: input.ClientToken,
    protectsTermination: input.DisableApiTermination,
    computerName: computerNameIn(input.UserData ?? ''),
    instanceTags: tags('instance'),
    volumeTags: tags('volume'),
  };
}

/** EC2Launch runs the `<powershell>` part of the user data at the first boot (documented); of it only a rename is modelled. */
function computerNameIn(userData: string): string | undefined {
  const script =
    /<powershell>([^]*)<\/powershell>/.exec(Buffer.from(userData, 'base64').toString())?.[1] ?? '';
  return /Rename-Computer\s+-NewName\s+['"]?([\w-]{1,15})['"]?(?:\s|$)/.exec(script)?.[1];
}

function volumeOf({ DeviceName, Ebs }: Input['BlockDeviceMappings'][number]): LaunchWish['volumes'][number] {
  const { VolumeSize, VolumeType, Encrypted, DeleteOnTermination } = Ebs;
  if (VolumeSize === undefined && DeviceName !== '/dev/sda1')
    throw missingParameter('size or the snapshotId');
  return {
    device: DeviceName,
    sizeGiB: VolumeSize ?? 30,
    type: VolumeType,
    encrypted: Encrypted,
    deleteOnTermination: DeleteOnTermination,
  };
}
