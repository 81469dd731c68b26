import { z } from 'zod';
import { instanceStateSchema } from './section.ts';

/**
 * What EC2 answers about each of its resources, in the SDK's words. Only what the simulator looks at is named; every
 * other field is kept as it came and answered back. Recorded answers lack almost anything, so almost anything may be absent.
 */
const tagSchema = z.looseObject({
  Key: z.string(),
  Value: z
    .string()
    .nullish()
    .transform((value) => value ?? ''),
});
const tagsSchema = z.array(tagSchema).optional();

const associationSchema = z.looseObject({
  IpOwnerId: z.string().optional(),
  PublicIp: z.string().optional(),
  PublicDnsName: z.string().optional(),
});

const networkInterfaceSchema = z.looseObject({
  NetworkInterfaceId: z.string().optional(),
  MacAddress: z.string().optional(),
  Association: associationSchema.optional(),
  PrivateIpAddress: z.string().optional(),
  PrivateIpAddresses: z
    .array(
      z.looseObject({
        PrivateIpAddress: z.string().optional(),
        Primary: z.boolean().optional(),
        Association: associationSchema.optional(),
      }),
    )
    .optional(),
  SubnetId: z.string().optional(),
  VpcId: z.string().optional(),
  Attachment: z.looseObject({ DeviceIndex: z.number().optional() }).optional(),
  Groups: z
    .array(z.looseObject({ GroupId: z.string().optional(), GroupName: z.string().optional() }))
    .optional(),
});

const blockDeviceSchema = z.looseObject({
  DeviceName: z.string().optional(),
  Ebs: z
    .looseObject({ VolumeId: z.string().optional(), DeleteOnTermination: z.boolean().optional() })
    .optional(),
});

export const instanceAnswerSchema = z.looseObject({
  InstanceId: z.string(),
  InstanceType: z.string().optional(),
  InstanceLifecycle: z.string().optional(),
  IamInstanceProfile: z.looseObject({ Arn: z.string().optional(), Id: z.string().optional() }).optional(),
  ImageId: z.string().optional(),
  ClientToken: z.string().optional(),
  State: z.looseObject({ Code: z.number().optional(), Name: instanceStateSchema }).optional(),
  StateTransitionReason: z.string().optional(),
  StateReason: z.looseObject({ Code: z.string().optional(), Message: z.string().optional() }).optional(),
  LaunchTime: z.string().optional(),
  Platform: z.string().optional(),
  PlatformDetails: z.string().optional(),
  Architecture: z.string().optional(),
  BootMode: z.string().optional(),
  CurrentInstanceBootMode: z.string().optional(),
  Placement: z.looseObject({ AvailabilityZone: z.string().optional() }).optional(),
  VpcId: z.string().optional(),
  SubnetId: z.string().optional(),
  PrivateIpAddress: z.string().optional(),
  PrivateDnsName: z.string().optional(),
  PublicIpAddress: z.string().optional(),
  PublicDnsName: z.string().optional(),
  NetworkInterfaces: z.array(networkInterfaceSchema).optional(),
  SecurityGroups: z
    .array(z.looseObject({ GroupId: z.string().optional(), GroupName: z.string().optional() }))
    .optional(),
  BlockDeviceMappings: z.array(blockDeviceSchema).optional(),
  RootDeviceName: z.string().optional(),
  RootDeviceType: z.string().optional(),
  Tags: tagsSchema,
});

/** A reservation without its instances. */
export const reservationAnswerSchema = z.looseObject({
  ReservationId: z.string().optional(),
  OwnerId: z.string().optional(),
  RequesterId: z.string().optional(),
});

const attachmentSchema = z.looseObject({
  InstanceId: z.string().optional(),
  Device: z.string().optional(),
  State: z.string().optional(),
  DeleteOnTermination: z.boolean().optional(),
});

export const volumeAnswerSchema = z.looseObject({
  VolumeId: z.string(),
  Size: z.number().optional(),
  VolumeType: z.string().optional(),
  Encrypted: z.boolean().optional(),
  MultiAttachEnabled: z.boolean().optional(),
  State: z.string().optional(),
  AvailabilityZone: z.string().optional(),
  SnapshotId: z.string().optional(),
  CreateTime: z.string().optional(),
  Attachments: z.array(attachmentSchema).optional(),
  Tags: tagsSchema,
});

export type Tag = z.infer<typeof tagSchema>;
export type InstanceAnswer = z.infer<typeof instanceAnswerSchema>;
export type NetworkInterfaceAnswer = z.infer<typeof networkInterfaceSchema>;
export type BlockDeviceAnswer = z.infer<typeof blockDeviceSchema>;
export type ReservationAnswer = z.infer<typeof reservationAnswerSchema>;
export type VolumeAnswer = z.infer<typeof volumeAnswerSchema>;

/** Tags as EC2 lists them. */
export function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** A snapshot, as `DescribeSnapshots` answers it. */
export interface SnapshotAnswer {
  readonly SnapshotId: string;
  readonly VolumeId: string;
  readonly VolumeSize: number | undefined;
  readonly State: 'pending' | 'completed';
  readonly Progress: string;
  readonly StartTime: string;
  readonly CompletionTime?: string;
  readonly OwnerId: string;
  readonly Description: string;
  readonly Encrypted: boolean;
  readonly StorageTier: 'standard';
  readonly Tags: readonly Tag[];
}

/** The MAC address of an instance's first interface, where its answer tells it. */
export function firstMac({ NetworkInterfaces = [] }: InstanceAnswer): string | undefined {
  return NetworkInterfaces[0]?.MacAddress;
}
