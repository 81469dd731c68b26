import type { GuestMachine } from './guest-machine.ts';
import { failed } from './mobility-service.ts';
import type { Outcome } from './mobility-service.ts';

/** What an appliance needs (documented; that the installer asks for each of them was seen by people who ran it). */
const applianceNeeds = { vcpus: 8, memoryMiB: 16_384, diskGiB: 600, system: '2022' } as const;

/** Installs the replication appliance; a person registers it afterwards. */
export function installAppliance(guest: GuestMachine): Outcome {
  const { hardware, system, software, disks } = guest;
  const largest = Math.max(
    0,
    ...disks
      .filter(
        ({ isRoot, deviceName }) =>
          isRoot || software.partitioned.has(deviceName) || !isRaw(guest, deviceName),
      )
      .map(({ sizeGiB }) => sizeGiB),
  );
  if (!system.osName.includes(applianceNeeds.system)) {
    return failed(
      1,
      `The appliance needs Windows Server ${applianceNeeds.system}; this is ${system.osName}.`,
    );
  }
  if (hardware.vcpus < applianceNeeds.vcpus || hardware.memoryMiB < applianceNeeds.memoryMiB) {
    return failed(1, `The appliance needs ${applianceNeeds.vcpus} cores and 16 GB of memory.`);
  }
  if (largest < applianceNeeds.diskGiB) {
    return failed(
      1,
      `The appliance needs a disk with ${applianceNeeds.diskGiB} GB of free space; the largest has ${largest} GB.`,
    );
  }
  software.server = { kind: 'appliance' };
  return {
    exitCode: 0,
    log: [
      'Installation of the Azure Site Recovery replication appliance has completed successfully.',
      `Continue in the Microsoft Azure Appliance Configuration Manager: https://${system.hostName}:44368`,
    ],
  };
}

function isRaw({ system }: GuestMachine, deviceName: string): boolean {
  return system.facts.disks[deviceName]?.partitionStyle === 'RAW';
}

/** Installs a configuration server, which registers itself with the vault of the credentials. */
export function installConfigurationServer(
  { software }: GuestMachine,
  wish: {
    readonly acceptsTerms: boolean;
    readonly mode: string | undefined;
    readonly environment: string | undefined;
    readonly databaseCredentials: string | undefined;
    readonly vaultCredentials: string | undefined;
  },
): Outcome {
  const { acceptsTerms, mode, environment, databaseCredentials, vaultCredentials } = wish;
  if (!acceptsTerms) return failed(1, 'AcceptThirdpartyEULA is a mandatory argument.');
  if (mode?.toUpperCase() !== 'CS') return failed(1, `ServerMode '${mode ?? ''}' is not CS.`);
  if (!/^(non)?vmware$/i.test(environment ?? ''))
    return failed(1, `EnvType '${environment ?? ''}' is not VMware or NonVMware.`);
  if (databaseCredentials === undefined || !/MySQLRootPassword/i.test(databaseCredentials)) {
    return failed(2, 'MySQLCredsFilePath names no file with the section [MySQLCredentials].');
  }
  if (vaultCredentials === undefined || vaultCredentials.trim() === '') {
    return failed(3, 'VaultCredsFilePath names no vault credentials file.');
  }
  software.server = { kind: 'configuration-server', vaultCredentials: vaultCredentials.trim() };
  return { exitCode: 0, log: ['Configuration server setup has completed successfully.'] };
}
