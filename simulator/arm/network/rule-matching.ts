import { isMicrosoftAddress } from '../../guest/public-names.ts';
import { addressOf, blockOf } from './cidr.ts';
import type { SecurityRule } from './default-security-rules.ts';

/** What is to pass. */
export interface Packet {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  /** True for an address of the network, of those that are peered with it, or behind its gateway. */
  readonly isVirtual: (address: string) => boolean;
}

/** What a group's rules say of a packet: the first one that fits, by priority (documented). */
export function rulesLet(
  rules: readonly SecurityRule[],
  direction: SecurityRule['direction'],
  packet: Packet,
): boolean {
  const own = rules.filter((rule) => rule.direction === direction);
  const first = own
    .toSorted((one, other) => one.priority - other.priority)
    .find((rule) => fits(rule, packet));
  return first?.access === 'Allow';
}

function fits(rule: SecurityRule, packet: Packet): boolean {
  const sources = listed(rule.sourceAddressPrefix, rule.sourceAddressPrefixes);
  const destinations = listed(rule.destinationAddressPrefix, rule.destinationAddressPrefixes);
  const ports = listed(rule.destinationPortRange, rule.destinationPortRanges);
  return (
    isProtocol(rule.protocol, packet.port) &&
    sources.some((prefix) => covers(prefix, packet.from, packet)) &&
    destinations.some((prefix) => covers(prefix, packet.to, packet)) &&
    ports.some((range) => inRange(range, packet.port))
  );
}

function listed(one: string | undefined, several: readonly string[] | undefined): readonly string[] {
  return several === undefined || several.length === 0 ? (one === undefined ? [] : [one]) : several;
}

/** Time is asked for over UDP, everything else here over TCP. */
function isProtocol(protocol: string, port: number): boolean {
  return protocol === '*' || protocol.toLowerCase() === (port === 123 ? 'udp' : 'tcp');
}

/** An address, a block, or a service tag. Tags of single services stand for any address of Microsoft's. */
function covers(prefix: string, address: string, { isVirtual }: Packet): boolean {
  if (prefix === '*' || prefix === '0.0.0.0/0' || /^any$/i.test(prefix)) return true;
  if (/^virtualnetwork$/i.test(prefix)) return isVirtual(address);
  if (/^internet$/i.test(prefix)) return !isVirtual(address);
  if (/^azureloadbalancer$/i.test(prefix)) return false;
  const block = blockOf(prefix.includes('/') ? prefix : `${prefix}/32`);
  const number = addressOf(address);
  if (block === undefined) return isMicrosoftAddress(address);
  return number !== undefined && number >= block.first && number <= block.last;
}

function inRange(range: string, port: number): boolean {
  if (range === '*') return true;
  const [first = NaN, last = first] = range.split('-').map(Number);
  return port >= first && port <= last;
}
