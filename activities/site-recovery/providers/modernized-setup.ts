import type { AgentSetup, ServerPlace, ServerSetup } from './setup.ts';

/** A replication appliance: on Windows Server 2022, English, with 80 GB besides its cache (documented). */
export const server: ServerSetup = {
  imageParameter: '/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base',
  rootGiB: 80,
  installCommands: () => installCommands,
  howToRegister: ({ vault, name, on }) =>
    [`${name}: ${whereItIs(name, on)} Only a person can register it:`, ...wizardSteps(vault, name)].join(
      '\n',
    ),
};

/** An agent registers with a file that the appliance makes for it, which names the appliance. */
export const agent: AgentSetup = {
  installers: {
    Windows: 'UnifiedAgentInstaller.exe /Platform vmware /Silent /Role MS /CSType CSPrime',
    Linux: 'install -q -r MS -v VmWare -c CSPrime',
  },
  tellsDetails: true,
  namesServer: false,
  parameter: ({ agentConfigParameter }) => agentConfigParameter,
  howToGet:
    'In the Appliance configuration manager, under “Mobility service configuration details”, paste the machine details, download the configuration file, and put it where the machine reads it:',
  file: (machine) => `${machine.replace('/', '-')}.json`,
  registerOptions: (file) => ({
    Windows: `/SourceConfigFilePath ${file} /CredentialLessDiscovery true /CSType CSPrime`,
    Linux: `-S ${file} -q -D true -c CSPrime`,
  }),
};

const endWithItsCode = 'if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }';

/** @see Microsoft, "Deploy Azure Site Recovery replication appliance - Modernized", Set up the appliance through PowerShell */
const installCommands = [
  'Invoke-WebRequest -UseBasicParsing -Uri https://aka.ms/V2ARcmApplianceCreationPowershellZip -OutFile C:\\Temp\\DRAppliance.zip',
  'Expand-Archive -Force -Path C:\\Temp\\DRAppliance.zip -DestinationPath C:\\Temp\\DRAppliance',
  'cd C:\\Temp\\DRAppliance',
  '.\\DRInstaller.ps1',
  endWithItsCode,
];

function whereItIs(name: string, { instanceId, isDeployed }: ServerPlace): string {
  return isDeployed
    ? `The appliance is installed on ${instanceId ?? name}.`
    : `On ${instanceId ?? name}, which must be Windows Server 2022, install the appliance (DRInstaller.ps1, Microsoft’s “Set up the appliance through PowerShell”).`;
}

/**
 * The wizard on the appliance: it needs a browser there and a key from the portal.
 * @see Microsoft, "Deploy Azure Site Recovery replication appliance - Modernized", Register appliance
 */
function wizardSteps(vault: string, name: string): string[] {
  return [
    '1. Connect to it (Remote Desktop, or Systems Manager’s Fleet Manager) and open the Appliance configuration manager: https://localhost:44368',
    '2. Let the prerequisites pass; under connectivity choose whether machines reach it by name or by address: that is final',
    `3. In the Azure portal open vault ${vault} > Site Recovery > Prepare infrastructure, and copy the appliance key`,
    `4. Friendly name ${name}, paste the key, Login, enter the device code within 5 minutes, sign in; continue`,
    '5. No vCenter; physical servers can wait. Continue, up to 30 minutes: leave the browser open, register one appliance at a time',
  ];
}
