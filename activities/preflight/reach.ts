import type { VmPlan } from '../../plan/index.ts';
import type { Clouds } from '../clouds.ts';
import type { FoundInstance } from '../instances.ts';
import { pushPorts, serverPorts } from '../mobility/ports.ts';
import { serversOf, type ServerInNetwork } from '../mobility/servers.ts';
import { endOf, type Network, type NetworkEnd } from '../network-path/network.ts';
import { pathBetween } from '../network-path/path-between.ts';
import { readNetwork } from '../network-path/read-network.ts';
import type { ReplicationSetting } from '../site-recovery/providers/provider.ts';
import type { Findings } from './findings.ts';

/**
 * Whether the machine and the servers of its environment reach each other, as far as EC2 shows what lies between them.
 * A machine that reaches one server of several can be placed there.
 */
export async function checkReach(
  clouds: Clouds,
  vm: VmPlan,
  { instance, setting }: { readonly instance: FoundInstance; readonly setting: ReplicationSetting },
  findings: Findings,
): Promise<void> {
  const address = vm.locate.privateIp ?? instance.PrivateIpAddress;
  if (address === undefined) return;
  const servers = await serversOf({ clouds }, vm, setting, []);
  sayUnknown(vm, servers, findings);
  const machine = endOf(instance, vm.source.region, address);
  const network = await readNetwork(clouds, [machine, ...servers.map(({ end }) => end)]);
  const obstacles = servers.map(({ end }) => obstaclesBetween(network, vm, machine, end));
  // An address that only the vault tells may not be the one that agents use: they may come through a NAT.
  const isCutOff = servers.every(
    ({ instanceId }, at) => instanceId !== undefined && (obstacles[at] ?? []).length > 0,
  );
  for (const message of new Set(obstacles.flat())) pathBlocked(message, isCutOff, findings);
}

function sayUnknown(vm: VmPlan, servers: readonly ServerInNetwork[], findings: Findings): void {
  const seen = new Set(servers.filter(({ instanceId }) => instanceId !== undefined).map(({ name }) => name));
  const unseen = vm.environment.servers.filter(({ name }) => !seen.has(name)).map(({ name }) => name);
  if (unseen.length > 0)
    findings.info(
      'PATH_UNKNOWN',
      `What lies on the side of ${unseen.join(', ')} was not looked at: EC2 shows no instance of it here`,
      'Name its instance in the plan (instanceId) if it has one; see that it lets the machines in on 443 and 9443',
    );
}

/** What keeps one of them from the other, in words, but for what Portage opens. */
function obstaclesBetween(
  network: Network,
  { mobility }: VmPlan,
  machine: NetworkEnd,
  server: NetworkEnd,
): string[] {
  const out = serverPorts.flatMap(
    (ports) => pathBetween(network, { from: machine, to: server, ports }).obstacles,
  );
  const push = (mobility === 'push' ? pushPorts[machine.osType ?? 'Windows'] : [])
    .flatMap((ports) => pathBetween(network, { from: server, to: machine, ports }).obstacles)
    .filter(({ layer, end }) => layer !== 'security-group' || end === 'from');
  return [...out, ...push].map(({ message }) => message);
}

function pathBlocked(message: string, isCutOff: boolean, findings: Findings): void {
  const suggestion = 'Open what the message names; in a network ACL the way back, too';
  if (isCutOff) findings.blocker('PATH_BLOCKED', message, suggestion);
  else
    findings.warning(
      'PATH_BLOCKED',
      message,
      `${suggestion}; unless the machine reaches a server of its environment at another address, or another server`,
    );
}
