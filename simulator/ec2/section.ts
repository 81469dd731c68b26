import { z } from 'zod';
import { networkShape } from './network-section.ts';
import { guestFactsSchema, guestFactsShape } from '../guest/guest-facts.ts';

const minutes = z.number().nonnegative();
const tags = z.record(z.string(), z.string());

/** EC2's own words for where an instance stands. */
export const instanceStateSchema = z.enum([
  'pending',
  'running',
  'shutting-down',
  'terminated',
  'stopping',
  'stopped',
]);

const volumeSchema = z.strictObject({
  /** As EC2 names it: `/dev/sda1`, `xvdb`. */
  device: z.string().min(1),
  sizeGiB: z.number().int().positive(),
  /** `vol-…`; made up when absent. */
  volumeId: z.string().optional(),
  type: z.string().default('gp3'),
  encrypted: z.boolean().default(false),
  /** An io1 or io2 volume that several instances may have at once (EBS Multi-Attach). */
  multiAttach: z.boolean().optional(),
  /** Unless told, the root volume goes with its instance and the others stay. */
  deleteOnTermination: z.boolean().optional(),
});

const quirksSchema = z.strictObject({
  disableApiStop: z.boolean().default(false),
  disableApiTermination: z.boolean().default(false),
  /** Minutes from `stopping` to `stopped`; a guest that hangs at its shutdown has many. */
  stopMinutes: minutes.optional(),
  /** Minutes from `pending` to `running`. */
  startMinutes: minutes.optional(),
  /** The EC2 error code that every StartInstances of this instance is answered with. */
  startFails: z.string().optional(),
  /** `root`: the root device is an instance store; `data`: one instance-store disk beside the volumes. */
  instanceStore: z.enum(['none', 'root', 'data']).default('none'),
  /** The push-installation error of Site Recovery that every push to this machine ends with: `95107` is a wrong password. */
  pushRefusal: z
    .union([z.string(), z.number().transform(String)])
    .pipe(z.string().regex(/^(95\d{3}|97118)$/, 'a push-installation error is 95103 … 95523, or 97118'))
    .optional(),
});

const machineShape = {
  type: z.string().default('m5.large'),
  platform: z.enum(['windows', 'linux']).default('windows'),
  /** As the guest tells it; a usual one of the platform when absent. */
  osName: z.string().optional(),
  firmware: z.enum(['BIOS', 'UEFI']).default('BIOS'),
  subnetId: z.string().optional(),
  vpcId: z.string().optional(),
  /** Ids of its security groups; the VPC's default one when absent. */
  securityGroups: z.array(z.string()).min(1).optional(),
  state: instanceStateSchema.default('running'),
  /** The first one is the root device. */
  volumes: z.array(volumeSchema).min(1).optional(),
  tags: tags.default({}),
  lifecycle: z.enum(['on-demand', 'spot']).default('on-demand'),
  /** Which licences AWS bills: `RunInstances:0006`; that of the platform when absent. */
  usageOperation: z.string().startsWith('RunInstances').optional(),
  /** Products of AWS Marketplace that it was launched with. */
  productCodes: z.array(z.string()).default([]),
  /** Name of its instance profile. */
  instanceProfile: z.string().optional(),
  hibernation: z.boolean().default(false),
  /** `auto` changes with every start, `elastic` stays. */
  publicAddress: z.enum(['none', 'auto', 'elastic']).default('none'),
  quirks: quirksSchema.prefault({}),
  guest: guestFactsSchema.prefault({}),
};

/** An instance as a scenario describes it. */
export const instanceSchema = z.strictObject({
  ...machineShape,
  /** Tag `Name`, and the host name where none is given. */
  name: z.string().min(1),
  instanceId: z.string().startsWith('i-').optional(),
  hostName: z.string().optional(),
  privateIp: z.ipv4().optional(),
  /** Addresses of more interfaces, in the same subnet. */
  interfaces: z.array(z.ipv4()).optional(),
  /** More addresses of its first interface. */
  secondaryIps: z.array(z.ipv4()).optional(),
  ipv6Addresses: z.array(z.ipv6()).optional(),
});

const generateSchema = z.strictObject({
  ...machineShape,
  count: z.number().int().positive(),
  /** The names are `<namePrefix>00001` and so on. */
  namePrefix: z.string().default('vm-'),
});

const guestSchema = z.strictObject({
  hostName: z.string().optional(),
  osName: z.string().optional(),
  firmware: z.enum(['BIOS', 'UEFI']).optional(),
  ...guestFactsShape,
  quirks: quirksSchema.prefault({}),
});

const bucketSchema = z.strictObject({
  /** Tokens in the full bucket. */
  burst: z.number().positive(),
  /** Tokens that come back in each second of simulated time. */
  perSecond: z.number().positive(),
});

/**
 * The `aws` section of a scenario: one account in one region. Everything has a default, so that `aws: {}` is an
 * empty account. `inventory` and `volumes` name files relative to the scenario's own folder.
 */
export const awsSectionSchema = z.strictObject({
  account: z
    .string()
    .regex(/^\d{12}$/, 'an AWS account id has 12 digits; write it in quotes')
    .default('111122223333'),
  region: z.string().default('eu-west-1'),
  vpcs: z.array(z.strictObject({ vpcId: z.string(), cidr: z.cidrv4(), tags: tags.default({}) })).default([]),
  subnets: z
    .array(
      z.strictObject({
        subnetId: z.string(),
        vpcId: z.string(),
        cidr: z.cidrv4(),
        availabilityZone: z.string().optional(),
        tags: tags.default({}),
      }),
    )
    .default([]),
  ...networkShape,
  instances: z.array(instanceSchema).default([]),
  generate: generateSchema.optional(),
  /** A file in the shape of `aws ec2 describe-instances`. */
  inventory: z.string().optional(),
  /** What an inventory can't tell of its instances, by instance id. */
  guests: z.record(z.string(), guestSchema).default({}),
  /** A file in the shape of `aws ec2 describe-volumes`; volumes it does not hold get the defaults below. */
  volumes: z.string().optional(),
  volumeDefaults: z
    .strictObject({
      sizeGiB: z.number().int().positive().default(50),
      type: z.string().default('gp3'),
      encrypted: z.boolean().default(false),
    })
    .prefault({}),
  stopMinutes: minutes.default(2),
  startMinutes: minutes.default(1),
  snapshotMinutes: minutes.default(5),
  /** Actions the caller is not allowed, as IAM writes them: `ec2:StopInstances`. */
  deny: z.array(z.string().regex(/^(ec2|ssm|sts):[A-Za-z]+$/, 'write it as ec2:StopInstances')).default([]),
  /**
   * Request buckets by action (`StartInstances`), or for all `reads` or `writes` that have none of their own. What is
   * not given is as EC2 documents it.
   */
  throttling: z.record(z.string(), bucketSchema).default({}),
  quotas: z.strictObject({ securityGroupsPerInterface: z.number().int().positive().default(5) }).prefault({}),
  /** Minutes from an instance's start until Systems Manager hears of it. */
  ssmMinutes: minutes.default(2),
  /**
   * Seconds that every command of Systems Manager takes, as long as each of its steps usually does when absent. 0: sending
   * one runs it, for stories whose clock stands.
   */
  commandSeconds: z.number().nonnegative().optional(),
  /** Names that the VPC's resolver knows from private zones, and their addresses. */
  dns: z.record(z.string(), z.ipv4()).default({}),
  /** What Parameter Store holds when the story begins. */
  parameters: z
    .array(
      z.strictObject({
        name: z.string(),
        value: z.string(),
        type: z.enum(['String', 'StringList', 'SecureString']).default('String'),
      }),
    )
    .default([]),
});

export type AwsSection = z.infer<typeof awsSectionSchema>;
export type ScenarioInstance = z.infer<typeof instanceSchema>;
export type ScenarioVolume = z.infer<typeof volumeSchema>;
export type ScenarioGenerate = z.infer<typeof generateSchema>;
export type Quirks = z.infer<typeof quirksSchema>;
export type ScenarioGuest = z.infer<typeof guestSchema>;
export type InstanceState = z.infer<typeof instanceStateSchema>;
export type Bucket = z.infer<typeof bucketSchema>;

/** What is known of an inventory's instance that `guests` does not name. */
export const guestDefaults: ScenarioGuest = guestSchema.parse({});
