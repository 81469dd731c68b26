import type { PlannedServer, VmPlan } from '../../plan/index.ts';
import { isNotFound } from '../cloud-errors.ts';
import type { Clouds } from '../clouds.ts';
import { describeInstance, type FoundInstance } from '../instances.ts';
import { endOf, type Network, type NetworkEnd } from '../network-path/network.ts';
import { pathBetween } from '../network-path/path-between.ts';
import { onePort, type PortRange } from '../network-path/port-range.ts';
import { readNetwork } from '../network-path/read-network.ts';
import type { Findings } from './findings.ts';

/** What the Mobility service connects to: control and data. */
const agentPorts = [443, 9443].map(onePort);

/** What the server connects to for a push installation. */
const pushPorts: Readonly<Record<'Windows' | 'Linux', readonly PortRange[]>> = {
  Windows: [onePort(445), onePort(135), { from: 49_152, to: 65_535 }],
  Linux: [onePort(22)],
};

/**
 * Whether the machine and the servers of its environment reach each other, as far as EC2 shows what lies between them.
 * A machine that reaches one server of several can be placed there.
 */
export async function checkReach(
  clouds: Clouds,
  vm: VmPlan,
  instance: FoundInstance,
  findings: Findings,
): Promise<void> {
  const { servers } = vm.environment;
  const ends = await Promise.all(servers.map((server) => endOfServer(clouds, server)));
  const known = ends.flatMap((end) => end ?? []);
  const unknown = servers.filter((_, at) => ends[at] === undefined).map(({ name }) => name);
  if (unknown.length > 0)
    findings.info(
      'PATH_UNKNOWN',
      `Whether the machine reaches ${unknown.join(', ')} on 443 and 9443 was not looked at: no running instance of it is known`,
      'Name its instance in the plan (instanceId), or see that the way is open',
    );
  const address = vm.locate.privateIp ?? instance.PrivateIpAddress;
  if (known.length === 0 || address === undefined) return;
  const machine = endOf(instance, vm.source.region, address);
  const network = await readNetwork(clouds, [machine, ...known]);
  const obstacles = known.map((server) => obstaclesBetween(network, vm, machine, server));
  const isCutOff = obstacles.every((found) => found.length > 0) && unknown.length === 0;
  for (const message of new Set(obstacles.flat())) pathBlocked(message, isCutOff, findings);
}

function pathBlocked(message: string, isCutOff: boolean, findings: Findings): void {
  const suggestion = 'Open what the message names, in both directions where it is a network ACL';
  if (isCutOff) findings.blocker('PATH_BLOCKED', message, suggestion);
  else
    findings.warning(
      'PATH_BLOCKED',
      message,
      `${suggestion}; or leave the machine to another server of the environment`,
    );
}

function obstaclesBetween(network: Network, vm: VmPlan, machine: NetworkEnd, server: NetworkEnd): string[] {
  const out = agentPorts.flatMap(
    (ports) => pathBetween(network, { from: machine, to: server, ports }).obstacles,
  );
  if (vm.mobility !== 'push') return out.map(({ message }) => message);
  const push = pushPorts[machine.osType ?? 'Windows'].flatMap(
    (ports) => pathBetween(network, { from: server, to: machine, ports }).obstacles,
  );
  // What the machine's own groups keep out, Portage's group lets in for as long as it takes.
  const lasting = push.filter(({ layer, end }) => layer !== 'security-group' || end === 'from');
  return [...out, ...lasting].map(({ message }) => message);
}

/** Where a server is; `undefined` where the plan names no instance, or one that has no address. */
async function endOfServer(
  clouds: Clouds,
  { region, instanceId }: PlannedServer,
): Promise<NetworkEnd | undefined> {
  if (instanceId === undefined) return undefined;
  try {
    const instance = await describeInstance(clouds.ec2(region), instanceId);
    const { PrivateIpAddress } = instance;
    return PrivateIpAddress === undefined ? undefined : endOf(instance, region, PrivateIpAddress);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
