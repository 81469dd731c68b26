import { argument, PowerShellError } from '../session.ts';
import type { Call, Cmdlet, Session } from '../session.ts';
import { text } from '../values.ts';
import type { PsObject, Value } from '../values.ts';
import { gatewayOf } from '../routing.ts';

/** The routing table. */
export const routeCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['get-netroute', getRoutes],
  ['remove-netroute', removeRoutes],
];

function getRoutes(call: Call, session: Session): readonly Value[] {
  const all = isPersistent(call)
    ? persistentRoutes(session)
    : [...defaultRoutes(session), ...persistentRoutes(session)];
  const found = all.filter((route) => isMeant(call, route));
  const prefix = argument(call, 'DestinationPrefix', 0);
  if (found.length > 0 || prefix === undefined) return found;
  throw new PowerShellError(
    `No MSFT_NetRoute objects found with property 'DestinationPrefix' equal to '${text(prefix)}'.  Verify the value of the property and retry.`,
    'CmdletizationQuery_NotFound_DestinationPrefix,Get-NetRoute',
  );
}

function removeRoutes(call: Call, session: Session): readonly Value[] {
  const { windows } = session.guest.software;
  const given = call.input.map((route) =>
    text(
      route !== null && typeof route === 'object' && 'DestinationPrefix' in route
        ? route.DestinationPrefix
        : route,
    ),
  );
  const prefixes = given.length > 0 ? given : [text(argument(call, 'DestinationPrefix', 0) ?? '')];
  for (const prefix of prefixes) {
    if (windows.routes.some((route) => route.prefix === prefix)) continue;
    throw new PowerShellError(
      `No MSFT_NetRoute objects found with property 'DestinationPrefix' equal to '${prefix}'.  Verify the value of the property and retry.`,
      'CmdletizationQuery_NotFound_DestinationPrefix,Remove-NetRoute',
    );
  }
  windows.routes = windows.routes.filter(({ prefix }) => !prefixes.includes(prefix));
  return [];
}

function isMeant(call: Call, { DestinationPrefix = '', NextHop = '' }: PsObject): boolean {
  const [prefix, hop] = [argument(call, 'DestinationPrefix', 0), argument(call, 'NextHop')];
  return (
    (prefix === undefined || text(prefix) === DestinationPrefix) &&
    (hop === undefined || text(hop) === NextHop)
  );
}

function isPersistent(call: Call): boolean {
  return /^persistentstore$/i.test(text(argument(call, 'PolicyStore') ?? ''));
}

function persistentRoutes({ guest }: Session): PsObject[] {
  return guest.software.windows.routes.map(({ prefix, nextHop, metric }) => route(prefix, nextHop, metric));
}

function defaultRoutes({ guest }: Session): PsObject[] {
  return [route('0.0.0.0/0', gatewayOf(guest), 0)];
}

function route(DestinationPrefix: string, NextHop: string, RouteMetric: number): PsObject {
  return {
    ifIndex: 4,
    DestinationPrefix,
    NextHop,
    RouteMetric,
    InterfaceAlias: 'Ethernet',
    AddressFamily: 'IPv4',
  };
}
