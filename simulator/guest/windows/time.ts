import { resolved } from '../http-request.ts';
import type { GuestMachine } from '../guest-machine.ts';
import { awsTimeServer } from '../windows-settings.ts';
import type { Program, Session } from './session.ts';

/** What the host of a Hyper-V machine tells (documented: "Time sync for Windows VMs in Azure"). */
const hostClock = 'VM IC Time Synchronization Provider';
const ntpClient = 'hklm:\\system\\currentcontrolset\\services\\w32time\\timeproviders\\ntpclient\\\\enabled';

/**
 * Where Windows has its time from. A peer that it is told of and that does not answer leaves it with its own clock
 * (inferred); where it asks nobody else, the host tells it.
 */
export function timeSource(guest: GuestMachine): string {
  const { type, peers } = guest.software.windows.time;
  const asksNobody = type === 'NoSync' || registered(guest, ntpClient) === '0';
  if (asksNobody || (type === 'NT5DS' && guest.system.facts.domain === undefined)) {
    return guest.hardware.cloud === 'azure' ? hostClock : 'Local CMOS Clock';
  }
  if (type === 'NT5DS') return `dc01.${guest.system.facts.domain ?? ''}`;
  return peers.find((peer) => answers(guest, peer)) ?? 'Local CMOS Clock';
}

/** NTP goes by the same rules as anything else that leaves; AWS's server stands beside each of its instances. */
function answers(guest: GuestMachine, peer: string): boolean {
  if (peer === awsTimeServer) return guest.hardware.cloud === 'aws';
  const address = resolved(guest, peer);
  return address !== undefined && guest.connect(address, 123) === 'open';
}

function registered({ software }: GuestMachine, value: string): string | undefined {
  return [...software.files].find(([file]) => file.toLowerCase() === value)?.[1];
}

/** `w32tm /query /source|/status|/peers`, `w32tm /config /manualpeerlist:"…" /syncfromflags:manual|domhier|no /update`, `w32tm /resync`. */
export const w32tm: Program = (args, session) => {
  const [verb = '', what = ''] = args.map((arg) => arg.toLowerCase());
  if (verb === '/query') return query(session, what);
  if (verb === '/config') return configure(session, args.slice(1));
  if (verb === '/resync') return resync(session);
  session.stdout.push('The parameter is incorrect.');
  return 1;
};

function query({ guest, stdout }: Session, what: string): number {
  const source = timeSource(guest);
  if (what === '/source') stdout.push(source);
  else if (what === '/status') stdout.push('Leap Indicator: 0(no warning)', `Source: ${source}`);
  else if (what === '/peers')
    stdout.push(...guest.software.windows.time.peers.map((peer) => `Peer: ${peer}`));
  else stdout.push('The parameter is incorrect.');
  return /^\/(source|status|peers)$/.test(what) ? 0 : 1;
}

function configure({ guest, stdout }: Session, args: readonly string[]): number {
  const option = (name: string): string | undefined =>
    args.find((arg) => arg.toLowerCase().startsWith(`/${name}:`))?.slice(name.length + 2);
  const before = guest.software.windows.time;
  const flags = option('syncfromflags')?.toLowerCase();
  const peers =
    option('manualpeerlist')
      ?.split(/\s+/)
      .map((peer) => peer.replace(/,0x\w+$/i, '')) ?? before.peers;
  const types = { manual: 'NTP', domhier: 'NT5DS', no: 'NoSync' } as const;
  const type = flags === 'manual' || flags === 'domhier' || flags === 'no' ? types[flags] : before.type;
  guest.software.windows.time = { type, peers };
  stdout.push('The command completed successfully.');
  return 0;
}

function resync({ guest, stdout }: Session): number {
  const isLost = timeSource(guest) === 'Local CMOS Clock';
  stdout.push(
    isLost
      ? 'The computer did not resync because no time data was available.'
      : 'The command completed successfully.',
  );
  return isLost ? 1 : 0;
}
