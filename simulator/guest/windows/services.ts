import type { GuestMachine } from '../guest-machine.ts';
import type { ServiceState } from '../software.ts';

const usual = ['AmazonSSMAgent', 'EventLog', 'LanmanServer', 'RpcSs', 'TermService', 'W32Time', 'Winmgmt'];
/** The Mobility service's two services (documented for its removal). */
const mobility = ['svagents', 'InMage Scout Application Service'];
/** What runs on a configuration server, and on an appliance (documented in their troubleshooting pages). */
const servers = {
  'configuration-server': ['cxprocessserver', 'InMage PushInstall', 'tmansvc', 'dra'],
  appliance: ['ProcessServer', 'RcmProxyAgent', 'PushInstall', 'dra'],
} as const;
/** Azure's VM agent (documented): Site Recovery puts it on the machines that it makes. */
const azureAgents = ['WindowsAzureGuestAgent', 'RdAgent'];

/** Services by which EC2's images prepare themselves at each boot; the version 1 of EC2Launch is a scheduled task (documented). */
const launchServices: Readonly<Record<string, string>> = {
  ec2config: 'Ec2Config',
  'ec2launch-v2': 'Amazon EC2Launch',
};

/** A service of Windows. */
export interface WindowsService extends ServiceState {
  readonly name: string;
}

/** The services of a Windows guest, running or not. */
export function servicesOf(guest: GuestMachine): WindowsService[] {
  const { agent, server, services } = guest.software;
  const launch = launchServices[launchAgent(guest)];
  const isAws = guest.software.origin === 'aws';
  const names = [
    ...usual.filter((name) => isAws || name !== 'AmazonSSMAgent'),
    ...(launch === undefined ? [] : [launch]),
    ...(guest.system.facts.domainController ? ['NTDS', 'DNS'] : []),
    ...guest.system.facts.services,
    ...writersOf(guest),
    ...(agent === undefined ? [] : mobility),
    ...(server === undefined ? [] : servers[server.kind]),
    ...(guest.hardware.cloud === 'azure' ? azureAgents : []),
  ];
  return names.map((name) => ({
    name,
    ...(services.get(name.toLowerCase()) ?? { startup: 'Automatic', isRunning: true }),
  }));
}

/** Services that a scenario names by what they write. */
function writersOf({ system }: GuestMachine): string[] {
  const { services, writers } = system.facts;
  return [...new Set(writers.map(({ service }) => service))].filter((name) => !services.includes(name));
}

/** What of EC2's runs at each boot: the newest that the images of that version of Windows have (documented). */
export function launchAgent({ system, software }: Pick<GuestMachine, 'system' | 'software'>): string {
  if (system.facts.launchAgent !== undefined) return system.facts.launchAgent;
  if (software.origin === 'azure') return 'none';
  if (/20(16|19)/.test(system.osName)) return 'ec2launch';
  return /20(22|25)/.test(system.osName) ? 'ec2launch-v2' : 'ec2config';
}
