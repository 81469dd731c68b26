import type { NetworkSecurityGroup, SecurityRule } from '@azure/arm-network';
import { blockContains, prefixLength } from '../network-path/ipv4.ts';
import { isActivation, isPlatform, isServiceTag } from './azure-services.ts';

/** Where the rules of a network security group are looked at from. */
export interface Surroundings {
  /** The blocks of the virtual network. */
  readonly own: readonly string[];
  /** A route leads everything to somebody who passes it on: `VirtualNetwork` may then be anywhere (documented). */
  readonly isRouted: boolean;
}

/** The rules that every group has behind its own (documented). */
const defaults: readonly SecurityRule[] = [
  allowed('AllowVnetOutBound', 65_000, 'VirtualNetwork'),
  allowed('AllowInternetOutBound', 65_001, 'Internet'),
];

/**
 * The outbound rules by which more is reached than Azure's own services over 443, its servers that activate Windows, and
 * the network itself; each with what it lets out, in words. What a rule denies in part only is taken for not denied.
 */
export function rulesThatLeadOut(group: NetworkSecurityGroup, around: Surroundings): string[] {
  const outbound = outboundOf([...(group.securityRules ?? []), ...defaults]);
  const end = outbound.findIndex((rule) => deniesAll(rule, everywhere));
  const before = end === -1 ? outbound : outbound.slice(0, end);
  const closed = before.findIndex((rule) => deniesAll(rule, internet));
  return before.flatMap((rule, at) => {
    if (rule.access === 'Deny') return [];
    const isNearOnly = closed !== -1 && at > closed;
    const far = destinationsOf(rule).filter((one) => leadsOut(rule, one, around, isNearOnly));
    return far.length === 0 ? [] : [`${rule.name ?? ''} (${portsText(rule)} to ${far.join(', ')})`];
  });
}

/** Whether the first rule that concerns traffic to the internet denies all of it. Azure's own default lets it out. */
export function deniesInternet({ securityRules = [] }: NetworkSecurityGroup): boolean {
  const ofTcp = outboundOf(securityRules).filter(({ protocol }) => protocol === '*' || protocol === 'Tcp');
  const isForInternet = (rule: SecurityRule) => isForAll(rule, internet);
  const first = ofTcp.find((rule) => isForInternet(rule) || rule.access === 'Allow');
  return first?.access === 'Deny' && isForInternet(first);
}

const everywhere: readonly string[] = ['*', '0.0.0.0/0', 'any'];
const internet: readonly string[] = [...everywhere, 'internet'];

/** In the order in which they are looked at. */
function outboundOf(rules: readonly SecurityRule[]): SecurityRule[] {
  return rules
    .filter(({ direction }) => direction === 'Outbound')
    .toSorted((one, other) => (one.priority ?? 0) - (other.priority ?? 0));
}

/** @param isNearOnly another rule has denied the internet before. */
function leadsOut(
  rule: SecurityRule,
  destination: string,
  { own, isRouted }: Surroundings,
  isNearOnly: boolean,
): boolean {
  const to = destination.toLowerCase();
  if (to === 'virtualnetwork' || (isNearOnly && everywhere.includes(to))) return isRouted;
  if (isNearOnly || isPlatform(to) || to === 'azureloadbalancer' || own.some((block) => isInside(to, block)))
    return false;
  const isTcp = rule.protocol?.toLowerCase() === 'tcp';
  if (isServiceTag(to)) return !(isTcp && portsOf(rule).every((port) => port === '443'));
  return !(isActivation(to) && isTcp && portsOf(rule).every((port) => port === '1688'));
}

function deniesAll(rule: SecurityRule, destinations: readonly string[]): boolean {
  const isOfAll = rule.protocol === '*' && sourcesOf(rule).some((one) => everywhere.includes(one));
  return rule.access === 'Deny' && isOfAll && isForAll(rule, destinations);
}

function isForAll(rule: SecurityRule, destinations: readonly string[]): boolean {
  const isEveryPort = portsOf(rule).some((port) => port === '*' || port === '0-65535');
  return isEveryPort && destinationsOf(rule).some((one) => destinations.includes(one.toLowerCase()));
}

/** None of a rule for application security groups: those are of the same network. */
function destinationsOf({ destinationAddressPrefix, destinationAddressPrefixes }: SecurityRule) {
  return listed(destinationAddressPrefix, destinationAddressPrefixes);
}

function sourcesOf({ sourceAddressPrefix, sourceAddressPrefixes }: SecurityRule): readonly string[] {
  return listed(sourceAddressPrefix, sourceAddressPrefixes);
}

function portsOf({ destinationPortRange, destinationPortRanges }: SecurityRule): readonly string[] {
  return listed(destinationPortRange, destinationPortRanges);
}

function portsText(rule: SecurityRule): string {
  const ports = portsOf(rule).join(', ');
  const protocol = rule.protocol === '*' ? '' : `${rule.protocol ?? ''} `;
  return `${protocol}${ports === '*' ? 'everything' : ports}`;
}

function listed(one: string | undefined, several: readonly string[] | undefined): readonly string[] {
  if (several !== undefined && several.length > 0) return several;
  return one === undefined || one === '' ? [] : [one];
}

function isInside(block: string, outer: string): boolean {
  const [first = ''] = block.split('/');
  return prefixLength(block) >= prefixLength(outer) && blockContains(outer, first);
}

function allowed(name: string, priority: number, to: string): SecurityRule {
  return {
    ...{ name, priority, access: 'Allow', direction: 'Outbound', protocol: '*' },
    ...{ sourceAddressPrefix: '*', destinationAddressPrefix: to, destinationPortRange: '*' },
  };
}
