/** Something to download that holds programs of Site Recovery. */
export interface Bundle {
  readonly name: 'mobility-service' | 'mobility-service-linux' | 'unified-setup' | 'appliance';
  readonly programs: readonly string[];
}

const bundles: readonly (Bundle & { readonly address: RegExp })[] = [
  {
    name: 'mobility-service',
    address: /(latestmobsvc|(ASR_UA[^/]*Windows[^/]*|MobilityServiceInstaller)\.exe)$/i,
    programs: ['unifiedagentinstaller.exe', 'unifiedagent.exe'],
  },
  {
    name: 'mobility-service-linux',
    address: /(latestlinuxmobsvc|(ASR_UA[^/]*|MobilityServiceInstaller)\.tar\.gz)$/i,
    programs: ['install'],
  },
  {
    name: 'unified-setup',
    address: /(unifiedinstaller(_\w+)?|UnifiedSetup\.exe)$/i,
    programs: ['unifiedsetup.exe'],
  },
  {
    name: 'appliance',
    address: /(V2ARcmApplianceCreationPowershellZip|DRAppliance[^/]*\.zip)$/i,
    programs: ['drinstaller.ps1'],
  },
];

/**
 * What a downloaded file holds, told by the address it came from, or by the name it was given.
 * @returns undefined for what is none of Site Recovery's.
 */
export function bundleAt(address: string, fileName: string): Bundle | undefined {
  return (
    bundles.find((bundle) => bundle.address.test(address)) ??
    bundles.find((bundle) => bundle.address.test(fileName))
  );
}

/** A bundle by the name that the simulator writes into its file. */
export function bundleNamed(name: string): Bundle | undefined {
  return bundles.find((bundle) => bundle.name === name.trim());
}
