import { addressText } from './cidr.ts';
import { networkHead, type NetworkResource } from './network-world.ts';

/** One address of a network interface. */
export interface IpConfiguration {
  readonly id: string;
  readonly name: string;
  readonly subnetId: string;
  readonly address: number;
  readonly allocation: 'Dynamic' | 'Static';
  readonly publicAddressId: string | undefined;
  readonly isPrimary: boolean;
}

/** A network interface. */
export interface NetworkInterface extends NetworkResource {
  ipConfigurations: readonly IpConfiguration[];
  networkSecurityGroupId: string | undefined;
  /** The VM that has it. */
  virtualMachineId: string | undefined;
  /** Is it the first of its VM's? */
  readonly isPrimary: boolean;
  readonly macAddress: string;
}

/** A network interface, as recorded. */
export function networkInterfaceBody(nic: NetworkInterface): object {
  const { etag, state, resourceGuid, ipConfigurations, networkSecurityGroupId, virtualMachineId } = nic;
  return {
    ...networkHead(nic),
    properties: {
      provisioningState: state,
      resourceGuid,
      ipConfigurations: ipConfigurations.map((each) => ipConfigurationBody(each, etag)),
      dnsSettings: { dnsServers: [], appliedDnsServers: [] },
      ...(virtualMachineId === undefined ? {} : { macAddress: nic.macAddress, primary: nic.isPrimary }),
      enableAcceleratedNetworking: false,
      vnetEncryptionSupported: false,
      enableIPForwarding: false,
      ...(networkSecurityGroupId === undefined
        ? {}
        : { networkSecurityGroup: { id: networkSecurityGroupId } }),
      ...(virtualMachineId === undefined ? {} : { virtualMachine: { id: virtualMachineId } }),
      hostedWorkloads: [],
      tapConfigurations: [],
      nicType: 'Standard',
      allowPort25Out: true,
      auxiliaryMode: 'None',
    },
    kind: 'Regular',
  };
}

function ipConfigurationBody(configuration: IpConfiguration, etag: string): object {
  const { id, name, subnetId, address, allocation, publicAddressId, isPrimary } = configuration;
  return {
    name,
    id,
    etag,
    type: 'Microsoft.Network/networkInterfaces/ipConfigurations',
    properties: {
      provisioningState: 'Succeeded',
      privateIPAddress: addressText(address),
      privateIPAllocationMethod: allocation,
      ...(publicAddressId === undefined ? {} : { publicIPAddress: { id: publicAddressId } }),
      subnet: { id: subnetId },
      primary: isPrimary,
      privateIPAddressVersion: 'IPv4',
    },
  };
}
