import type { SourceMachine } from '../../../source-machines.ts';
import type { Appliance, ModernizedFabric } from '../modernized/fabric.ts';

/**
 * The file that a person makes in an appliance's configuration manager, for one machine's Mobility agent: it names the
 * machine by its firmware's id, and the appliance that the agent reports to. Field names are as people have published
 * theirs.
 */
export function agentConfigText(
  { vault, identifier }: ModernizedFabric,
  { id, section }: Appliance,
  { biosId, hostName }: SourceMachine,
): string {
  const { random } = vault.world;
  const config = {
    BiosId: biosId,
    Fqdn: hostName,
    MachineId: random.fork(`agent/${identifier}/${biosId}`).guid(),
    ApplianceId: id,
    VaultName: vault.name,
    RcmProxyTransportSettings: {
      Id: id,
      FriendlyName: section.name,
      IpAddresses: [section.ipAddress],
      NatIpAddress: null,
      Port: 443,
    },
  };
  return JSON.stringify(config, undefined, 2);
}
