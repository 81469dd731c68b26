import { z } from 'zod';
import {
  networkPattern,
  resourceGroupNamePattern,
  storageAccountPattern,
  subnetPattern,
  subscriptionIdPattern,
} from './azure-names.ts';
import { choice, text } from './fields.ts';
import { ec2IdPattern, ec2IdRule, namePattern, nameRule, regionPattern, regionRule } from './names.ts';
import { providers, usualProvider } from './providers.ts';
import { parameter } from './schema-parameter.ts';

const ec2Id = (kind: 'i' | 'sg' | 'subnet', description: string) =>
  text(description, ec2IdPattern(kind), ec2IdRule(kind));

const deploy = z
  .strictObject({
    instanceType: text('EC2 instance type; at least 8 vCPU and 16 GB', /^[a-z0-9-]+\.[a-z0-9-]+$/, {
      must: 'be an EC2 instance type',
      suggestion: 'Like m5.2xlarge',
    }),
    subnetId: ec2Id('subnet', 'Subnet that it is launched in'),
    securityGroupId: ec2Id('sg', 'Its security group: what lets the machines in on 443 and 9443'),
    instanceProfile: text(
      'Name of its instance profile, which lets Systems Manager in',
      /^[\w+=,.@-]{1,128}$/,
      {
        must: 'be the name of an instance profile',
      },
    ),
    registration: parameter('Vault credentials of a configuration server, as a secret parameter').optional(),
  })
  .describe('Portage launches the instance and runs the installer on it');

const server = {
  name: text('Host name, as the vault shows it', /\S/, { must: 'be the name of the server' }),
  instanceId: ec2Id('i', 'EC2 instance that it runs on').optional(),
  region: text(
    'AWS region of that instance, where it is not that of the machines',
    regionPattern,
    regionRule,
  ).optional(),
  deploy: deploy.optional(),
};

const configurationServer = z
  .strictObject({
    ...server,
    passphrase: parameter('Passphrase that agents register with, as a secret parameter').optional(),
  })
  .describe('The configuration server of a classic vault');

const policy = z
  .strictObject({
    name: text('Name of the replication policy in the vault', /\S/, { must: 'be the name of a policy' }),
    recoveryPointHours: z.int().min(0).max(360).describe('How long recovery points are kept').optional(),
    crashConsistentMinutes: z.int().min(1).max(1440).describe('How often one is taken').optional(),
    appConsistentMinutes: z
      .int()
      .min(0)
      .max(1440)
      .describe('How often an application-consistent one is taken; 0: never')
      .optional(),
  })
  .describe('Replication policy of the vault');

const prefix = (description: string) =>
  text(description, /^(?:\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, {
    must: 'be an address block',
    suggestion: 'Like 10.20.0.0/16',
  });

const network = z.strictObject({
  name: text('Virtual network: <resource group>/<name> or a full ARM id', networkPattern, {
    must: 'be <resource group>/<name> of a virtual network, or its full ARM id',
  }),
  addressSpace: prefix('Address block of the network'),
  subnets: z
    .array(
      z.strictObject({
        name: text('Name of the subnet', subnetPattern, { must: 'be the name of a subnet' }),
        prefix: prefix('Address block of the subnet'),
      }),
    )
    .min(1),
});

/** One vault with its appliances or configuration server, policy and cache account. */
export const environmentSchema = z
  .strictObject({
    name: text('Name of the environment, used once in the plan', namePattern, nameRule),
    provider: choice(`Kind of the vault; ${usualProvider} where absent`, providers).optional(),
    subscriptionId: text('Azure subscription of the vault', subscriptionIdPattern, {
      must: 'be a subscription id, a GUID',
      suggestion: 'Like 11111111-2222-3333-4444-555555555555; `az account show` prints it',
    }),
    resourceGroup: text('Resource group of the vault, by name', resourceGroupNamePattern, {
      must: 'be the name of a resource group',
      suggestion: 'The name alone: `subscriptionId` says where it is',
    }),
    location: text('Azure region of the vault', /^[a-z0-9]+$/, {
      must: 'be the name of an Azure region as programs write it',
      suggestion: 'Like westeurope, small letters and no spaces',
    }),
    vault: text('Recovery Services vault, by name', /^[A-Za-z][A-Za-z0-9-]{1,49}$/, {
      must: 'be the name of a vault: 2 to 50 letters, digits and hyphens that start with a letter',
    }),
    appliances: z
      .array(z.strictObject(server))
      .min(1)
      .describe('Replication appliances of a modernized vault')
      .optional(),
    configurationServer: configurationServer.optional(),
    account: text('Run-as account for push installation, by its friendly name', /\S/, {
      must: 'be the name of an account',
    }).optional(),
    cacheStorageAccount: text('Cache storage account, by name or full ARM id', storageAccountPattern, {
      must: 'be the name of a storage account (3 to 24 small letters and digits) or its full ARM id',
    }),
    policy,
    create: z
      .boolean()
      .describe(
        'Whether Portage also makes target resource groups, networks and the cache account that are missing',
      )
      .optional(),
    networks: z
      .array(network)
      .min(1)
      .describe('Networks that `create` makes where they are missing')
      .optional(),
  })
  .describe('One vault with its appliances or configuration server, policy and cache account');
