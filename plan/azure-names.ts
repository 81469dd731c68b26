// No flags: the JSON Schema for editors carries these patterns, and it has none. ARM ids come in mixed case.
const guid = '[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}';
const refusedInGroup = "\\s!-'*+,/:-@\\[-^`{-~";
const group = `[^${refusedInGroup}]{0,89}[^.${refusedInGroup}]`;
const network = '[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?';
const account = '[a-z0-9]{3,24}';
const inGroup = `/[Ss]ubscriptions/${guid}/resource[Gg]roups/${group}`;
const networkType = '[Mm]icrosoft\\.[Nn]etwork/virtual[Nn]etworks';
const securityGroupType = '[Mm]icrosoft\\.[Nn]etwork/network[Ss]ecurity[Gg]roups';
const accountType = '[Mm]icrosoft\\.[Ss]torage/storage[Aa]ccounts';

/** A subscription id. */
export const subscriptionIdPattern = new RegExp(`^${guid}$`);

/** The name of a resource group: 1 to 90 letters, digits and `_().-`, no full stop at the end. */
export const resourceGroupNamePattern = new RegExp(`^${group}$`);

/** A resource group by name or full ARM id. */
export const resourceGroupPattern = new RegExp(`^(?:${group}|${inGroup})$`);

/** A virtual network by name, `<resource group>/<name>` or full ARM id. */
export const networkPattern = new RegExp(
  `^(?:(?:${group}/)?${network}|${inGroup}/providers/${networkType}/${network})$`,
);

/** A network security group by name, `<resource group>/<name>` or full ARM id; its names are formed as those of networks. */
export const networkSecurityGroupPattern = new RegExp(
  `^(?:(?:${group}/)?${network}|${inGroup}/providers/${securityGroupType}/${network})$`,
);

/** A storage account by name or full ARM id. */
export const storageAccountPattern = new RegExp(
  `^(?:${account}|${inGroup}/providers/${accountType}/${account})$`,
);

/** The name of a subnet. */
export const subnetPattern = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/;

/**
 * What Site Recovery accepts as the name of the VM it makes: 1 to 63 letters, digits and hyphens, letter or digit at both
 * ends. The 15 characters of Windows are a limit of the computer name inside, which the migration does not touch; Azure's
 * reserved words concern resources with a public address of their own (Microsoft's samples call VMs `myWindowsVM`).
 * @see learn.microsoft.com, site-recovery/vmware-physical-azure-support-matrix, "Azure VM requirements"
 */
export const vmNamePattern = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** `vmNamePattern` in words. */
export const vmNameRule = '1 to 63 letters, digits and hyphens, with a letter or digit at both ends';

/** A VM name that Azure accepts, made of one that it refuses; nothing where too little would be left. */
export function acceptableVmName(name: string): string | undefined {
  const made = name
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-|-$/g, '');
  return vmNamePattern.test(made) ? made : undefined;
}

/** The full ARM id of a resource group given by name or id. */
export function resourceGroupId(subscriptionId: string, given: string): string {
  return given.startsWith('/') ? given : `/subscriptions/${subscriptionId}/resourceGroups/${given}`;
}

/**
 * The full ARM id of a virtual network given by name, `<resource group>/<name>` or id.
 * @param besideId ARM id of the resource group that a bare name lives in; another group is in its subscription.
 */
export function networkId(besideId: string, given: string): string {
  return networkResourceId(besideId, 'virtualNetworks', given);
}

/** The full ARM id of a network security group, given as a virtual network is. */
export function networkSecurityGroupId(besideId: string, given: string): string {
  return networkResourceId(besideId, 'networkSecurityGroups', given);
}

function networkResourceId(besideId: string, type: string, given: string): string {
  if (given.startsWith('/')) return given;
  const [name = given, groupName] = given.split('/').reverse();
  const groupId = groupName === undefined ? besideId : besideId.replace(/[^/]+$/, groupName);
  return `${groupId}/providers/Microsoft.Network/${type}/${name}`;
}

/** The full ARM id of a storage account given by name or id. */
export function storageAccountId(besideId: string, given: string): string {
  return given.startsWith('/') ? given : `${besideId}/providers/Microsoft.Storage/storageAccounts/${given}`;
}
