import type { NewMachineInterface } from '../compute/virtual-machine.ts';
import { policyDenial } from '../policy/policy-denials.ts';
import type { ProtectedItem } from './protected-item.ts';

/** What a temporary VM is connected to. */
export interface HydrationNetwork {
  /** The VM's interface, where it is known before the network is made: in the network of the target. */
  readonly instead: readonly NewMachineInterface[];
  /** Makes it, unless there is one instead. @returns the VM's interface. */
  readonly begin: () => readonly NewMachineInterface[];
  readonly end: () => void;
}

/**
 * A virtual network, a subnet and a security group, made for a temporary VM alone. Where a policy denies them, the VM
 * goes into the network of the target (documented: hydration process). Names, addresses and the rule's form are inferred.
 * @param name the VM's. @param group its resource group.
 */
export function hydrationNetwork(item: ProtectedItem, name: string, group: string): HydrationNetwork {
  const { resources } = item.fabric.vault.world;
  const { networks, securityGroups } = resources.network;
  const made: (() => void)[] = [];
  const instead = isDenied(item, name, group) ? [targetInterface(item)] : [];
  return {
    instead,
    begin: () => {
      if (instead.length > 0) return instead;
      const parts = { resourceGroup: group, location: item.fabric.vault.location, tags: {} };
      const guard = securityGroups.add({ ...parts, name: `${name}-nsg`, rules: [toStorage] });
      const subnet = { name: 'default', prefix: '10.0.0.0/24', networkSecurityGroup: guard.id };
      const network = networks.add({
        ...parts,
        name: `${name}-vnet`,
        addressSpace: ['10.0.0.0/16'],
        dnsServers: [],
        peerings: [],
        subnets: [{ ...subnet, delegations: [], used: 0 }],
      });
      made.push(
        () => networks.shelf.remove(network.id),
        () => securityGroups.shelf.remove(guard.id),
      );
      return [{ networkId: network.id, subnet: subnet.name }];
    },
    end: () => {
      for (const remove of made.splice(0)) remove();
    },
  };
}

/** The VM fetches its script from a storage account of the service. */
const toStorage = {
  name: 'AllowStorage',
  priority: 100,
  direction: 'Outbound',
  access: 'Allow',
  protocol: 'Tcp',
  sourceAddressPrefix: '*',
  sourcePortRange: '*',
  destinationAddressPrefix: 'Storage',
  destinationPortRange: '443',
} as const;

function isDenied({ fabric }: ProtectedItem, name: string, group: string): boolean {
  const { policyDenials, subscriptionId } = fabric.vault.world.section;
  return ['virtualNetworks', 'networkSecurityGroups'].some(
    (type) =>
      policyDenial(policyDenials, subscriptionId, {
        ...{ type: `Microsoft.Network/${type}`, name, group },
        tags: {},
      }) !== undefined,
  );
}

function targetInterface({ settings }: ProtectedItem): NewMachineInterface {
  const subnet = settings.nics.find(({ isPrimary }) => isPrimary)?.targetSubnetName;
  return { networkId: settings.targetNetworkId, subnet };
}
