import type { Subnet, VirtualNetwork } from '@azure/arm-network';
import type { Target, VmPlan } from '../../plan/index.ts';
import { nameOf, resourceGroupOf, sameId } from '../arm-id.ts';
import { blockContains } from '../network-path/ipv4.ts';
import type { AzureFacts } from './azure-facts.ts';
import type { Findings } from './findings.ts';
import { rulesThatLeadOut } from './security-rules.ts';
import { blocksOf, isKept } from './subnet-addresses.ts';
import { securityGroupOf, wayOut, wayOutByRoute } from './way-out.ts';

/** The network that the machine goes to: there, in the region, with its address free and a way out. */
export async function checkNetwork(facts: AzureFacts, vm: VmPlan, findings: Findings): Promise<void> {
  const { target } = vm;
  const subnet = await presentSubnet(facts, vm, target.networkId, target.subnetName, findings);
  if (subnet === undefined) return;
  if (target.privateIp !== undefined)
    await checkAddress(facts, target.networkId, subnet, target.privateIp, findings);
  if ((await wayOut(facts, subnet)) === 'none')
    findings.warning(
      'NO_WAY_OUT',
      `Subnet ${target.subnetName} of ${nameOf(target.networkId)} has no way to the internet: no NAT gateway, no route, and no default outbound access`,
      'Windows is activated by azkms.core.windows.net:1688 and the VM agent reports over 443: give the subnet a NAT gateway or a route',
    );
}

/** The test network: there, another than the real one, and closed, because clones drain queues and send mail. */
export async function checkTestNetwork(facts: AzureFacts, vm: VmPlan, findings: Findings): Promise<void> {
  const { testNetworkId: id, testSubnetName: name, testPrivateIp, networkId } = vm.target;
  if (id === undefined) return;
  if (sameId(id, networkId))
    findings.blocker(
      'TEST_NETWORK_SAME',
      `The test network ${nameOf(id)} is the network that the machine really goes to`,
      'Use another, isolated network for tests',
    );
  const subnet = await presentSubnet(facts, vm, id, name, findings);
  const network = await facts.network(id);
  if (network === undefined) return;
  for (const opening of openings(network))
    findings.blocker('TEST_NETWORK_OPEN', `The test network ${nameOf(id)} ${opening}`, keepClosed);
  if (subnet === undefined) return;
  if (testPrivateIp !== undefined) await checkAddress(facts, id, subnet, testPrivateIp, findings);
  await checkTestWayOut(facts, subnet, network, findings);
}

/** A way to Azure's own services is none: run commands and the activation of Windows need it. */
async function checkTestWayOut(
  facts: AzureFacts,
  subnet: Subnet,
  { addressSpace }: VirtualNetwork,
  findings: Findings,
): Promise<void> {
  const way = await wayOutByRoute(facts, subnet);
  if (way === 'none') return;
  const group = await securityGroupOf(facts, subnet);
  const around = { own: addressSpace?.addressPrefixes ?? [], isRouted: way === 'through a route' };
  const rules = group === undefined ? [] : rulesThatLeadOut(group, around);
  if (group !== undefined && rules.length === 0) return;
  const by = group === undefined ? '' : `, by rules of ${group.name ?? ''}: ${rules.join('; ')}`;
  findings.blocker(
    'TEST_NETWORK_OPEN',
    `Test subnet ${subnet.name ?? ''} reaches the internet ${way}${by}`,
    keepClosed,
  );
}

const keepClosed =
  'Remove it, or use a network without: a test machine would otherwise work on what is live. Azure’s own services on 443 and its activation of Windows on 1688 may be let out';

function openings({ virtualNetworkPeerings = [], subnets = [] }: VirtualNetwork): string[] {
  const peerings = virtualNetworkPeerings.map(
    ({ remoteVirtualNetwork }) => `is peered with ${nameOf(remoteVirtualNetwork?.id ?? '')}`,
  );
  const hasGateway = subnets.some(
    ({ name, ipConfigurations = [] }) => name === 'GatewaySubnet' && ipConfigurations.length > 0,
  );
  return [...peerings, ...(hasGateway ? ['has a network gateway'] : [])];
}

/** The subnet that the plan names, or the first where it names none; `undefined`, and a finding, where there is none. */
async function presentSubnet(
  facts: AzureFacts,
  { environment }: VmPlan,
  networkId: string,
  subnetName: string | undefined,
  findings: Findings,
): Promise<Subnet | undefined> {
  const network = await facts.network(networkId);
  const planned = environment.create
    ? environment.networks.find(({ id }) => sameId(id, networkId))
    : undefined;
  if (network === undefined) {
    if (planned === undefined) networkMissing(networkId, findings);
    else toBeCreated(`Virtual network ${nameOf(networkId)}`, findings);
    return undefined;
  }
  if (network.location?.toLowerCase() !== environment.location.toLowerCase())
    findings.blocker(
      'NETWORK_REGION',
      `Virtual network ${nameOf(networkId)} is in ${network.location ?? 'no region'}, the vault in ${environment.location}`,
      'Use a network in the vault’s region: Site Recovery makes the VM there',
    );
  const { subnets = [] } = network;
  if (subnetName === undefined) return subnets[0];
  const subnet = subnets.find(({ name }) => name?.toLowerCase() === subnetName.toLowerCase());
  if (subnet !== undefined) return subnet;
  if (planned?.subnets.some(({ name }) => name === subnetName))
    toBeCreated(`Subnet ${subnetName} of ${nameOf(networkId)}`, findings);
  else
    findings.blocker(
      'SUBNET_MISSING',
      `Network ${nameOf(networkId)} has no subnet ${subnetName}; it has ${subnets.map(({ name }) => name).join(', ')}`,
      'Create it, or correct the plan',
    );
  return undefined;
}

function networkMissing(id: string, findings: Findings): void {
  findings.blocker(
    'NETWORK_MISSING',
    `Virtual network ${nameOf(id)} does not exist`,
    'Create it, correct the plan, or say create: true and its address block under networks',
  );
}

/** The plan has it made where it is missing. */
export function toBeCreated(what: string, findings: Findings): void {
  findings.info('TO_BE_CREATED', `${what} does not exist: Portage creates it`, 'Nothing to do');
}

/** Whether a static address lies in the subnet, is not Azure's own, and is free. */
async function checkAddress(
  facts: AzureFacts,
  networkId: string,
  subnet: Subnet,
  address: NonNullable<Target['privateIp']>,
  findings: Findings,
): Promise<void> {
  const block = blocksOf(subnet).find((one) => blockContains(one, address));
  if (block === undefined) {
    findings.blocker(
      'ADDRESS_OUTSIDE_SUBNET',
      `${address} is not in subnet ${subnet.name ?? ''} (${blocksOf(subnet).join(', ')})`,
      'Choose an address of the subnet',
    );
    return;
  }
  if (isKept(block, address)) {
    findings.blocker(
      'ADDRESS_RESERVED',
      `Azure keeps ${address} for itself: the first four addresses of a subnet, and the last`,
      'Choose another address of the subnet',
    );
    return;
  }
  const { virtualNetworks } = facts.clientsFor(networkId).network;
  const { available } = await virtualNetworks.checkIPAddressAvailability(
    resourceGroupOf(networkId),
    nameOf(networkId),
    address,
  );
  if (available === false)
    findings.blocker('ADDRESS_TAKEN', `${address} is taken in ${nameOf(networkId)}`, 'Choose a free address');
}
