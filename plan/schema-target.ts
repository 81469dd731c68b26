import { z } from 'zod';
import {
  networkPattern,
  networkSecurityGroupPattern,
  resourceGroupPattern,
  subnetPattern,
  vmNamePattern,
  vmNameRule,
} from './azure-names.ts';
import { choice, fieldRules, text } from './fields.ts';

const network = (description: string) =>
  text(description, networkPattern, {
    must: 'be the name of a virtual network, <resource group>/<name>, or its full ARM id',
    suggestion: 'A bare name is looked for in the resource group of the target',
  });

const subnet = (description: string) =>
  text(description, subnetPattern, {
    must: 'be the name of a subnet',
    suggestion: 'Name it without its network',
  });

const size = text('Size of the Azure VM', /^(?:Standard|Basic)_[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*$/, {
  must: 'be the name of an Azure VM size',
  suggestion: 'Like Standard_D4s_v5',
});

const address = (description: string) =>
  z
    .ipv4()
    .describe(description)
    .register(fieldRules, { must: 'be an IPv4 address', suggestion: 'Like 10.20.1.4' });

const licence = z
  .strictObject({
    type: choice('Licence that you bring along', ['WindowsServer', 'RHEL_BYOS', 'SLES_BYOS']),
    confirmedBy: text('Person who vouches that the licence may be used in Azure', /\S/, {
      must: 'name a person',
      suggestion: 'Azure Hybrid Benefit is a legal statement: somebody has to make it',
    }),
  })
  .describe('Azure Hybrid Benefit; without it Azure bills the licence');

/** Tag names and values as Azure Resource Manager takes them. */
const tags = z
  .record(z.string().regex(/^[^<>%&\\?/]{1,512}$/), z.string().max(256))
  .describe('Tags of the Azure VM')
  .register(fieldRules, { must: 'be a mapping of tag names to values that Azure accepts' });

/** Where a machine goes in Azure. */
export const targetSchema = z
  .strictObject({
    resourceGroup: text('Resource group, by name or full ARM id', resourceGroupPattern, {
      must: 'be the name of a resource group or its full ARM id',
      suggestion: 'Like rg-payroll or /subscriptions/<id>/resourceGroups/rg-payroll',
    }).optional(),
    vmName: text('Name of the Azure VM; the name of the machine where absent', vmNamePattern, {
      must: `be a name that Azure accepts for a VM: ${vmNameRule}`,
    }).optional(),
    network: network('Virtual network: a name, <resource group>/<name> or a full ARM id').optional(),
    subnet: subnet('Name of the subnet').optional(),
    testNetwork: network('Isolated virtual network for test failovers').optional(),
    testSubnet: subnet('Name of the subnet in the test network').optional(),
    diskType: choice('Kind of the managed disks; Premium_LRS where absent', [
      'Standard_LRS',
      'StandardSSD_LRS',
      'Premium_LRS',
    ]).optional(),
    size: z
      .union([
        size,
        z.array(size).min(1).describe('In the order in which they are tried where Azure has no capacity'),
      ])
      .register(fieldRules, { must: 'be the name of an Azure VM size', suggestion: 'Like Standard_D4s_v5' })
      .optional(),
    privateIp: address('Static address in the subnet; absent: Azure assigns one').optional(),
    testPrivateIp: address('Static address in the test subnet').optional(),
    interfaces: z
      .array(address('Private address of an interface of the source'))
      .min(1)
      .describe(
        'Interfaces that go along, by their address at the source; absent: all that Site Recovery takes',
      )
      .optional(),
    tags: tags.optional(),
    networkSecurityGroup: text('Network security group of its interfaces', networkSecurityGroupPattern, {
      must: 'be the name of a network security group, <resource group>/<name>, or its full ARM id',
      suggestion: 'A bare name is looked for in the resource group of the target',
    }).optional(),
    licence: licence.optional(),
  })
  .describe('Where the machine goes in Azure');
