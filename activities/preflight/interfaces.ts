import type { InstanceNetworkInterface } from '@aws-sdk/client-ec2';
import type { VmPlan } from '../../plan/index.ts';
import type { FoundInstance } from '../instances.ts';
import type { Findings } from './findings.ts';

/** Its interfaces and addresses: what will not be the same in Azure. */
export function checkInterfaces(instance: FoundInstance, { target }: VmPlan, findings: Findings): void {
  const interfaces = instance.NetworkInterfaces ?? [];
  const addresses = interfaces.flatMap(({ PrivateIpAddress }) => PrivateIpAddress ?? []);
  const strangers = (target.interfaces ?? []).filter((address) => !addresses.includes(address));
  if (strangers.length > 0)
    findings.blocker(
      'INTERFACE_UNKNOWN',
      `target.interfaces names ${strangers.join(', ')}; the instance has ${addresses.join(', ')}`,
      'Name interfaces by their first private address at the source',
    );
  if (interfaces.length > 1 && target.interfaces === undefined)
    findings.warning(
      'SEVERAL_INTERFACES',
      `The instance has ${interfaces.length} interfaces (${addresses.join(', ')}); the plan does not say which go along`,
      'Name them under target.interfaces, and see that target.size has as many',
    );
  checkFurtherAddresses(interfaces, findings);
  checkPublicAddresses(interfaces, findings);
}

function checkFurtherAddresses(interfaces: readonly InstanceNetworkInterface[], findings: Findings): void {
  const secondary = interfaces.flatMap(({ PrivateIpAddresses = [] }) =>
    PrivateIpAddresses.flatMap(({ Primary, PrivateIpAddress }) =>
      Primary === false && PrivateIpAddress !== undefined ? [PrivateIpAddress] : [],
    ),
  );
  const six = interfaces.flatMap(({ Ipv6Addresses = [] }) =>
    Ipv6Addresses.flatMap(({ Ipv6Address }) => Ipv6Address ?? []),
  );
  if (secondary.length > 0)
    findings.warning(
      'SECONDARY_ADDRESSES',
      `Secondary private addresses do not go along: ${secondary.join(', ')}`,
      'Add them to the interface in Azure after commit: `after: [{ manual: … }]`',
    );
  if (six.length > 0)
    findings.warning(
      'IPV6_ADDRESSES',
      `Site Recovery does not carry IPv6: ${six.join(', ')} will be gone`,
      'See that nothing reaches the machine by IPv6, or set it up in Azure after commit: `after: [{ manual: … }]`',
    );
}

/** An address that EC2 assigned belongs to Amazon; an Elastic IP to the account. */
function checkPublicAddresses(interfaces: readonly InstanceNetworkInterface[], findings: Findings): void {
  for (const { PublicIp, IpOwnerId } of publicAddresses(interfaces))
    if (IpOwnerId === 'amazon')
      findings.warning(
        'PUBLIC_ADDRESS_LOST',
        `The public address ${PublicIp ?? ''} was assigned by EC2: it is gone once the source is stopped, and does not come back`,
        'Point what uses it (DNS, allow lists) elsewhere before the cutover: `before: [{ manual: … }]`',
      );
    else
      findings.warning(
        'ELASTIC_IP',
        `The Elastic IP ${PublicIp ?? ''} stays in AWS, and is billed while the source is stopped`,
        'Point DNS and allow lists at the address in Azure after the cutover (`after: [{ manual: … }]`), then release it',
      );
}

function publicAddresses(interfaces: readonly InstanceNetworkInterface[]) {
  return interfaces.flatMap(({ Association, PrivateIpAddresses = [] }) => {
    const secondary = PrivateIpAddresses.filter(({ Primary }) => Primary === false);
    return [Association, ...secondary.map((address) => address.Association)].flatMap((one) => one ?? []);
  });
}
