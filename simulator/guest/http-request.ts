import type { GuestMachine } from './guest-machine.ts';
import { metadataAddress } from './windows-settings.ts';

/** What came of a request over HTTP. */
export type HttpOutcome =
  | { readonly is: 'answered'; readonly status: number; readonly body: string }
  /** The name is unknown; nobody listens; nothing comes back; something listens that speaks no HTTP. */
  | { readonly is: 'unresolved' | 'refused' | 'silent' | 'no-http' };

const isAddress = /^\d{1,3}(\.\d{1,3}){3}$/;

/** The address that a host of a command line means, if any. */
export function resolved(guest: GuestMachine, host: string): string | undefined {
  if (isAddress.test(host)) return host;
  const own = guest.system.hostName.toLowerCase();
  if (['localhost', own].includes(host.toLowerCase())) return '127.0.0.1';
  return guest.addressOf(host);
}

/** Sends a GET. @param headers in the words of the command line: `Metadata: true`. */
export function httpGet(guest: GuestMachine, url: URL, headers = ''): HttpOutcome {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (url.hostname === metadataAddress) return metadata(guest, headers);
  const address = resolved(guest, url.hostname);
  if (address === undefined) return { is: 'unresolved' };
  const isPublic = !isPrivate(address);
  // An inventory tells of no way out: on EC2 one is taken for granted.
  const connection = isPublic && guest.hardware.cloud === 'aws' ? 'open' : guest.connect(address, port);
  if (connection !== 'open') return { is: connection };
  const status = guest.httpStatus(address, port) ?? (isPublic ? 200 : undefined);
  return status === undefined ? { is: 'no-http' } : { is: 'answered', status, body: '' };
}

/** Private, loopback or link-local: no host of the internet's has it. */
export function isPrivate(address: string): boolean {
  return /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
    address,
  );
}

/**
 * The cloud's metadata service. A route that EC2's agents have left sends its packets to a gateway that Azure does not have
 * (field-notes.md). Azure's wants the header `Metadata: true` (documented).
 */
function metadata({ hardware, software, system }: GuestMachine, headers: string): HttpOutcome {
  if (hardware.cloud === 'aws') return { is: 'answered', status: 200, body: '' };
  const isAstray =
    system.osType === 'Windows' &&
    software.windows.routes.some(({ prefix }) => prefix === `${metadataAddress}/32`);
  if (isAstray) return { is: 'silent' };
  if (!/metadata['"]?\s*[:=]\s*['"]?true/i.test(headers)) {
    return {
      is: 'answered',
      status: 400,
      body: '{ "error": "Bad request. Required metadata header not specified" }',
    };
  }
  const body = JSON.stringify({
    compute: { name: system.hostName, osType: system.osType, vmId: hardware.uuid },
  });
  return { is: 'answered', status: 200, body };
}
