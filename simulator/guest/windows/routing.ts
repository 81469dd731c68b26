import type { GuestMachine } from '../guest-machine.ts';
import type { Program, Session } from './session.ts';

/** The gateway of its subnet: the first address, in either cloud. */
export function gatewayOf({ privateIp }: Pick<GuestMachine, 'privateIp'>): string {
  return privateIp.replace(/\d+$/, '1');
}

/** `route print -4`, `route delete 169.254.169.254`, `route -p add 10.9.0.0 mask 255.255.0.0 10.0.0.1 metric 1`. */
export const routeProgram: Program = (args, session) => {
  const words = args.filter((arg) => !/^-[p46f]$/i.test(arg));
  const [verb = '', destination = ''] = words;
  switch (verb.toLowerCase()) {
    case 'print':
      session.stdout.push(...printed(session));
      return 0;
    case 'delete':
      return deleteRoute(session, destination);
    case 'add':
      return addRoute(session, words);
    default:
      session.stdout.push('Manipulates network routing tables.');
      return 1;
  }
};

function printed({ guest }: Session): string[] {
  const line = (columns: readonly (string | number)[]): string =>
    columns.map((column) => String(column).padStart(17)).join('');
  const own = guest.software.windows.routes.map(({ prefix, nextHop, metric }) => {
    const [address = '', bits = '32'] = prefix.split('/');
    return { columns: [address, maskOf(Number(bits)), nextHop] as const, metric };
  });
  return [
    'IPv4 Route Table',
    '===========================================================================',
    'Active Routes:',
    'Network Destination        Netmask          Gateway       Interface  Metric',
    line(['0.0.0.0', '0.0.0.0', gatewayOf(guest), guest.privateIp, 20]),
    ...own.map(({ columns, metric }) => line([...columns, guest.privateIp, metric])),
    '===========================================================================',
    'Persistent Routes:',
    ...(own.length === 0
      ? ['  None']
      : [
          '  Network Address          Netmask  Gateway Address  Metric',
          ...own.map(({ columns, metric }) => line([...columns, metric])),
        ]),
    '===========================================================================',
  ];
}

function deleteRoute({ guest, stdout, stderr }: Session, destination: string): number {
  const { windows } = guest.software;
  const rest = windows.routes.filter(({ prefix }) => prefix.split('/')[0] !== destination);
  if (rest.length === windows.routes.length) {
    stderr.push('The route deletion failed: Element not found.');
    return 1;
  }
  windows.routes = rest;
  stdout.push(' OK!');
  return 0;
}

function addRoute({ guest, stdout, stderr }: Session, words: readonly string[]): number {
  const [, address = '', ...rest] = words;
  const mask = /^mask$/i.test(rest[0] ?? '') ? rest[1] : '255.255.255.255';
  const nextHop = /^mask$/i.test(rest[0] ?? '') ? rest[2] : rest[0];
  const at = rest.findIndex((word) => /^metric$/i.test(word));
  if (nextHop === undefined || mask === undefined) {
    stderr.push('The route addition failed: The parameter is incorrect.');
    return 1;
  }
  const { windows } = guest.software;
  const metric = at === -1 ? 1 : Number(rest[at + 1]);
  windows.routes = [...windows.routes, { prefix: `${address}/${bitsOf(mask)}`, nextHop, metric }];
  stdout.push(' OK!');
  return 0;
}

function maskOf(bits: number): string {
  return [0, 8, 16, 24].map((from) => 256 - 2 ** (8 - Math.min(8, Math.max(0, bits - from)))).join('.');
}

function bitsOf(mask: string): number {
  return mask.split('.').reduce((sum, part) => sum + (Number(part).toString(2).match(/1/g) ?? []).length, 0);
}
