import { resolved } from '../http-request.ts';
import type { GuestMachine } from '../guest-machine.ts';
import { isLinkLocal } from '../link-local.ts';
import { awsKmsAddresses, azureKms } from '../windows-settings.ts';
import type { Program, Session } from './session.ts';

/** What a KMS client tells when it found no server that counts it (documented). */
const noServer =
  'Error: 0xC004F074 The Software Licensing Service reported that the product could not be activated. No Key Management Service (KMS) could be contacted. Please see the Application Event Log for additional information.';

/** Host and port of the server that it is told to activate with. */
export function kmsServer({
  software,
}: Pick<GuestMachine, 'software'>): { readonly host: string; readonly port: number } | undefined {
  const [host, port = '1688'] = software.windows.kms?.split(':') ?? [];
  return host === undefined ? undefined : { host, port: Number(port) };
}

/**
 * Can its server be asked? AWS's servers stand at link-local addresses that there are on EC2 only, and are lost where the
 * routes to them are; Azure's asks for a public address of Azure's (documented).
 */
export function canActivate(guest: GuestMachine): boolean {
  const server = kmsServer(guest);
  if (server === undefined) return false;
  const { cloud } = guest.hardware;
  if (awsKmsAddresses.some((address) => address === server.host)) return cloud === 'aws';
  if (isLinkLocal(server.host)) return false;
  if (server.host.toLowerCase() === azureKms.split(':')[0] && cloud !== 'azure') return false;
  const address = resolved(guest, server.host);
  return address !== undefined && guest.connect(address, server.port) === 'open';
}

/** `cscript //nologo C:\Windows\System32\slmgr.vbs /skms host:port`, `/ckms`, `/ato`, `/dli`, `/xpr`. */
export const cscript: Program = (args, session) => {
  const [script = '', option = '', value] = args.filter((arg) => !arg.startsWith('//'));
  if (!/(^|\\)slmgr(\.vbs)?$/i.test(script)) {
    session.stdout.push(`Input Error: Can not find script file "${script}".`);
    return 1;
  }
  switch (option.toLowerCase()) {
    case '/skms':
    case '-skms':
      return setServer(session, value ?? '');
    case '/ckms':
    case '-ckms':
      session.guest.software.windows.kms = undefined;
      session.stdout.push('Key Management Service machine name cleared successfully.');
      return 0;
    case '/ato':
    case '-ato':
      return activate(session);
    case '/dli':
    case '-dli':
    case '/dlv':
    case '-dlv':
      session.stdout.push(...information(session));
      return 0;
    case '/xpr':
    case '-xpr':
      session.stdout.push(...expiry(session));
      return 0;
    default:
      session.stdout.push('Unrecognized option: ' + option);
      return 1;
  }
};

function setServer({ guest, stdout }: Session, server: string): number {
  guest.software.windows.kms = server.includes(':') ? server : `${server}:1688`;
  stdout.push(`Key Management Service machine name set to ${server} successfully.`);
  return 0;
}

function activate({ guest, stdout }: Session): number {
  stdout.push(`Activating ${productName(guest)} (73e3957c-fc0c-400d-9184-5f7b6f2eb409) ...`);
  if (!canActivate(guest)) {
    stdout.push(noServer);
    return 1;
  }
  guest.software.windows.isLicensed = true;
  stdout.push('Product activated successfully.');
  return 0;
}

function information({ guest }: Session): string[] {
  const { isLicensed, kms } = guest.software.windows;
  return [
    `Name: ${productName(guest)}`,
    'Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel',
    'Partial Product Key: J464C',
    `License Status: ${isLicensed ? 'Licensed' : 'Notification'}`,
    ...(isLicensed ? [] : ['Notification Reason: 0xC004F056.']),
    ...(kms === undefined ? [] : [`Registered KMS machine name: ${kms}`]),
  ];
}

function expiry({ guest }: Session): string[] {
  const { isLicensed } = guest.software.windows;
  return [
    `${productName(guest)}:`,
    isLicensed ? '    Volume activation will expire' : '    Windows is in Notification mode',
  ];
}

/** `Windows(R), ServerDatacenter edition`. */
export function productName({ system }: Pick<GuestMachine, 'system'>): string {
  return `Windows(R), Server${/standard/i.test(system.osName) ? 'Standard' : 'Datacenter'} edition`;
}
