/** What the simulator's answers have otherwise than a published description, and why that is right. */
interface Deviation {
  /** `<Operation> <place>: <what>`. */
  readonly complaint: RegExp;
  /** Which descriptions it deviates from: the SDK's own, Microsoft's published types. */
  readonly against: readonly ('SDK' | 'types')[];
  /** The recording that shows it; of what is inferred, what it is inferred from. */
  readonly evidence: string;
}

const both = ['SDK', 'types'] as const;
const cli = 'recorded: azure-cli-extensions, test_siterecovery_V2A_RCMInMage_scenarios.yaml';

export const deviations: readonly Deviation[] = [
  {
    complaint:
      /^(ReplicationJobs_\w+|OperationResults_Get) (value\[\]\.)?(status|error|startTime|endTime): unknown$/,
    against: both,
    evidence:
      'recorded: azure-powershell, AsrV2ATests/V2ATFOJob.json: status, error and times stand at the top again',
  },
  {
    complaint:
      /^(ReplicationJobs_Get|OperationResults_Get) .*customDetails\.instanceType: "TaskDetails" is none/,
    against: both,
    evidence:
      'recorded: azure-powershell, AsrV2ATests/V2ATFOJob.json: a plain task has a kind that no type lists',
  },
  {
    complaint: /^ReplicationPolicies_\w+ .*\.(status|associatedItemsCount|dataSourceType): unknown$/,
    against: both,
    evidence: cli,
  },
  {
    complaint:
      /^(ReplicationProtectedItems_Get|OperationResults_Get) .*protectedDisks\[\]\.targetBlobUri: unknown$/,
    against: ['types'],
    evidence: cli,
  },
  {
    complaint: /^ReplicationProtectedItems_Get .*protectedDisks\[\]\.targetBlobUri: unknown$/,
    against: ['SDK'],
    evidence: cli,
  },
  {
    complaint: /^NetworkInterfaces_\w+ .*(kind|allowPort25Out): unknown$/,
    against: both,
    evidence: 'recorded: interfaces of many azure-cli recordings are of kind Regular and say allowPort25Out',
  },
];

/** The same where nobody here has seen a recording of just this. */
export const inferredDeviations: readonly Deviation[] = [
  {
    complaint: /^ReplicationJobs_Get .*instanceType: "VirtualMachineTaskDetails" is none of its kinds$/,
    against: ['SDK'],
    evidence: 'published types list it; the SDK knows it as a kind of JobTaskDetails only',
  },
  {
    complaint: /^ReplicationJobs_Get .*instanceType: "RecoveryPlanShutdownGroupTaskDetails" is none/,
    against: ['SDK'],
    evidence: 'published types list it; the SDK knows it as a kind of RecoveryPlanGroupTaskDetails only',
  },
  {
    complaint:
      /^(ReplicationJobs_Get|OperationResults_Get) .*"RecoveryPlanGroupTaskDetails" is none of its kinds$/,
    against: ['types'],
    evidence: "the SDK and the REST specification list it; bicep's types have only what nothing derives from",
  },
  {
    complaint: /^ReplicationFabrics_\w+ .*processServers\[\]\.historicHealth: unknown$/,
    against: both,
    evidence:
      'recorded of the modernized fabric (RCMInMage); that a classic process server has it too is inferred',
  },
  {
    complaint: /^ServerSite\w* type: "Microsoft\.OffAzure\/ServerSites/,
    against: ['types'],
    evidence: 'recorded for VMwareSites: the service writes the type in capitals of its own',
  },
];

/** A request that the types do not allow and the service takes. */
export const wrongButTaken: readonly { readonly wrong: string; readonly evidence: string }[] = [];

const noPackage = "no package of ours has it; its shape is that of Microsoft's published types";
const polled = 'an address that an answer gives and a poller follows: no operation of any package';
const onlyTypes = 'its package checks types and no values; what is required is read off its declarations';

/** Requests that no SDK mapper covers and Microsoft's published types do: nothing looks at them where those are not at hand. */
export const requestsOfTypes: readonly string[] = [
  'arm NetworkInterfaces_CreateOrUpdate: request',
  'arm Subnets_CreateOrUpdate: request',
  'arm Vaults_CreateOrUpdate: request',
  'arm Vaults_Update: request',
  'arm VirtualMachines_CreateOrUpdate: request',
  'arm VirtualMachines_Update: request',
  'arm VirtualNetworks_CreateOrUpdate: request',
];

/** What no SDK schema covers: published types and the tests of the simulator's own look at it, or nobody. */
export const uncovered: readonly { readonly what: string; readonly why: string }[] = [
  { what: 'arm AsyncOperations_Get', why: polled },
  { what: 'arm GetOperationResult', why: polled },
  { what: 'arm GetOperationStatus', why: polled },
  { what: 'arm OperationResults_Get', why: polled },
  { what: 'arm Operations_Get', why: polled },
  { what: 'arm Operations_GetResult', why: polled },
  { what: 'arm ReplicationOperationStatus_Get', why: polled },
  { what: 'arm BlobServices_SetServiceProperties: request', why: onlyTypes },
  { what: 'arm NetworkSecurityGroups_CreateOrUpdate: request', why: onlyTypes },
  {
    what: 'arm VirtualNetworkGateways_ListAll',
    why: 'the package has no such list, ARM has it of every type',
  },
  { what: 'arm DiskOperations_Get', why: polled },
  { what: 'arm VirtualMachineRunCommands_CreateOrUpdate: request', why: onlyTypes },
  { what: 'arm Subscriptions_Get', why: 'asked by hand: no package of ours has it' },
  { what: 'arm Subscriptions_List', why: 'asked by hand: no package of ours has it' },
  { what: 'arm Subscriptions_ListLocations', why: 'asked by hand: no package of ours has it' },
  { what: 'arm ResourceGroups_CreateOrUpdate: request', why: onlyTypes },
  { what: 'arm ResourceGroups_Update: request', why: onlyTypes },
  { what: 'arm StorageAccounts_CheckNameAvailability: request', why: onlyTypes },
  { what: 'arm StorageAccounts_Create: request', why: onlyTypes },
  { what: 'arm StorageAccounts_Update: request', why: onlyTypes },
  { what: 'arm Tags_CreateOrUpdateAtScope: request', why: onlyTypes },
  { what: 'arm Tags_UpdateAtScope: request', why: onlyTypes },
  { what: 'arm ServerSiteMachines_Get', why: noPackage },
  { what: 'arm ServerSiteMachines_List', why: noPackage },
  { what: 'arm ServerSiteRunAsAccounts_Get', why: noPackage },
  { what: 'arm ServerSiteRunAsAccounts_List', why: noPackage },
  { what: 'arm ServerSites_Get', why: noPackage },
  { what: 'sts AssumeRole', why: 'no package with its schemas is among the dependencies' },
  { what: 'sts GetCallerIdentity', why: 'no package with its schemas is among the dependencies' },
];
