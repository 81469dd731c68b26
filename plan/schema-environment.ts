import { z } from 'zod';
import { resourceGroupNamePattern, storageAccountPattern, subscriptionIdPattern } from './azure-names.ts';
import { choice, later, text } from './fields.ts';
import { ec2IdPattern, ec2IdRule, namePattern, nameRule } from './names.ts';

const appliance = z.strictObject({
  name: text('Name of the appliance, as the vault shows it', /\S/, { must: 'be the name of the appliance' }),
  instanceId: text('EC2 instance that it runs on', ec2IdPattern('i'), ec2IdRule('i')).optional(),
  deploy: later(z.unknown(), 'deployAppliance').optional(),
});

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

/** One vault with its appliances, policy and cache account. */
export const environmentSchema = z
  .strictObject({
    name: text('Name of the environment, used once in the plan', namePattern, nameRule),
    provider: choice('Kind of the vault', ['modernized'], { classic: 'classicProvider' }).optional(),
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
      .array(appliance)
      .min(1)
      .describe('Replication appliances registered with the vault')
      .optional(),
    cacheStorageAccount: text('Cache storage account, by name or full ARM id', storageAccountPattern, {
      must: 'be the name of a storage account (3 to 24 small letters and digits) or its full ARM id',
    }),
    policy,
    configurationServer: later(z.unknown(), 'configurationServer').optional(),
    account: later(z.string(), 'runAsAccount').optional(),
    create: later(z.unknown(), 'createEnvironment').optional(),
    deploy: later(z.unknown(), 'deployAppliance').optional(),
  })
  .describe('One vault with its appliances, policy and cache account');
