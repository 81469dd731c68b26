import { blockContains, prefixLength } from '../network-path/ipv4.ts';

/**
 * Service tags that stand for services of Azure's own, those that Microsoft recommends for outbound rules. Not among them
 * are `Internet`, `VirtualNetwork` and what is another name for them.
 * @see learn.microsoft.com, virtual-network/service-tags-overview
 */
const serviceTags = new Set(
  `ActionGroup AppConfiguration ApplicationInsightsAvailability AppService AppServiceManagement AzureActiveDirectory
  AzureActiveDirectoryDomainServices AzureAdvancedThreatProtection AzureArcInfrastructure AzureAttestation AzureBackup
  AzureBotService AzureCloud AzureContainerRegistry AzureCosmosDB AzureDatabricks AzureDataLake AzureEventGrid
  AzureFrontDoor.Backend AzureFrontDoor.FirstParty AzureFrontDoor.Frontend AzureInformationProtection AzureIoTHub
  AzureKeyVault AzureMachineLearning AzureMonitor AzureResourceManager AzureSecurityCenter AzureSentinel AzureSignalR
  AzureSiteRecovery AzureUpdateDelivery BatchNodeManagement CognitiveServicesManagement DataFactory DataFactoryManagement
  EventHub GuestAndHybridManagement MicrosoftContainerRegistry MicrosoftDefenderForEndpoint OneDsCollector ServiceBus
  ServiceFabric Sql SqlManagement Storage StorageSyncService WindowsAdminCenter WindowsVirtualDesktop`
    .toLowerCase()
    .split(/\s+/),
);

/** What stands for the platform's own addresses, which a VM reaches unless a rule denies just that (documented there). */
const platform = [
  'azureplatformdns',
  'azureplatformimds',
  'azureplatformlkm',
  '168.63.129.16',
  '169.254.169.254',
];

/**
 * Where Windows is activated in Azure: azkms.core.windows.net, and kms.core.windows.net as it was before.
 * @see learn.microsoft.com, troubleshoot/azure/virtual-machines/windows/custom-routes-enable-kms-activation
 */
const activation = ['20.118.99.224', '40.83.235.53', '23.102.135.246'];

/** True for the tag of a service of Azure's own, also where it says a region: `Storage.WestEurope`. */
export function isServiceTag(destination: string): boolean {
  const tag = destination.toLowerCase();
  return serviceTags.has(tag) || serviceTags.has(tag.replace(/\.[a-z0-9]+$/, ''));
}

/** True for what a VM reaches of its own host, wherever its network leads. */
export function isPlatform(destination: string): boolean {
  return platform.includes(destination.toLowerCase().replace(/\/32$/, ''));
}

/** True for an address at which Windows is activated. */
export function isActivation(destination: string): boolean {
  return activation.some(
    (address) => prefixLength(destination) === 32 && blockContains(destination, address),
  );
}
