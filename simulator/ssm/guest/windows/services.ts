import type { InstanceRow } from '../../../ec2/estate.ts';

const usual = ['AmazonSSMAgent', 'EventLog', 'LanmanServer', 'RpcSs', 'TermService', 'W32Time', 'Winmgmt'];
/** The Mobility service's two services (documented for its removal). */
const mobility = ['svagents', 'InMage Scout Application Service'];
/** What runs on a configuration server, and on an appliance (documented in their troubleshooting pages). */
const servers = {
  'configuration-server': ['cxprocessserver', 'InMage PushInstall', 'tmansvc', 'dra'],
  appliance: ['ProcessServer', 'RcmProxyAgent', 'PushInstall', 'dra'],
} as const;

/** Names of the services that run on a Windows guest. */
export function runningServices({ guest, software }: InstanceRow): string[] {
  const { agent, server } = software;
  return [
    ...usual,
    ...(guest.facts.domainController ? ['NTDS', 'DNS'] : []),
    ...guest.facts.services,
    ...(agent === undefined ? [] : mobility),
    ...(server === undefined ? [] : servers[server.kind]),
  ];
}
