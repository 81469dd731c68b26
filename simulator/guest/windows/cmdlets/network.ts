import { bundleAt } from '../../bundles.ts';
import { httpGet, resolved } from '../../http-request.ts';
import type { HttpOutcome } from '../../http-request.ts';
import { listeningPorts } from '../../listeners.ts';
import { argument, PowerShellError } from '../session.ts';
import type { Call, Cmdlet, Session } from '../session.ts';
import { EnumValue, isList, text } from '../values.ts';
import type { Value } from '../values.ts';
import { filePath } from './file-paths.ts';

/** What goes over the network. */
export const networkCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['test-netconnection', testNetConnection],
  ['get-nettcpconnection', tcpConnections],
  ['resolve-dnsname', resolveName],
  ['get-smbconnection', (_, session) => smbConnections(session)],
  ['invoke-webrequest', invokeWebRequest],
  ['invoke-restmethod', (call, session) => [answered(call, session).body]],
  ['enable-netfirewallrule', () => []],
];

function testNetConnection(call: Call, { guest }: Session): readonly Value[] {
  const computer = text(argument(call, 'ComputerName', 0) ?? '');
  const port = Number(text(argument(call, 'Port') ?? 0));
  const address = resolved(guest, computer) ?? '';
  const isOpen = address !== '' && guest.connect(address, port) === 'open';
  if (/^quiet$/i.test(text(argument(call, 'InformationLevel') ?? ''))) return [isOpen];
  return [{ ComputerName: computer, RemoteAddress: address, RemotePort: port, TcpTestSucceeded: isOpen }];
}

/** What listens. Who is connected is not simulated. */
function tcpConnections(call: Call, { guest }: Session): readonly Value[] {
  const state = text(argument(call, 'State') ?? 'Listen');
  const port = argument(call, 'LocalPort');
  const wanted =
    port === undefined ? undefined : (isList(port) ? port : [port]).map((each) => Number(text(each)));
  const ports = /^listen$/i.test(state) ? listeningPorts(guest.system, guest.software) : [];
  const found = ports.filter((each) => wanted === undefined || wanted.includes(each));
  if (found.length === 0 && wanted !== undefined) {
    throw new PowerShellError(
      `No MSFT_NetTCPConnection objects found with property 'LocalPort' equal to '${wanted.join(', ')}'.  Verify the value of the property and retry.`,
      'CmdletizationQuery_NotFound_LocalPort,Get-NetTCPConnection',
    );
  }
  return found.map((LocalPort) => ({
    LocalAddress: '0.0.0.0',
    LocalPort,
    State: new EnumValue('Listen', 2),
  }));
}

function resolveName(call: Call, { guest }: Session): readonly Value[] {
  const name = text(argument(call, 'Name', 0) ?? '');
  const IPAddress = guest.addressOf(name);
  if (IPAddress !== undefined) return [{ Name: name, Type: new EnumValue('A', 1), TTL: 60, IPAddress }];
  throw new PowerShellError(
    `${name} : DNS name does not exist`,
    'DNS_ERROR_RCODE_NAME_ERROR,Microsoft.DnsClient.Commands.ResolveDnsName',
  );
}

/** The connections of everybody who is logged on; a mapped drive holds one. */
function smbConnections({ guest }: Session): readonly Value[] {
  return Object.values(guest.system.facts.mappedDrives).map((share) => {
    const [ServerName = '', ShareName = ''] = share.replace(/^\\\\/, '').split('\\');
    return { ServerName, ShareName, Dialect: '3.1.1' };
  });
}

/** What is downloaded is known by its address. */
function invokeWebRequest(call: Call, session: Session): readonly Value[] {
  const { status, body } = answered(call, session);
  const outFile = argument(call, 'OutFile');
  if (outFile === undefined) return [{ StatusCode: status, StatusDescription: 'OK', Content: body }];
  const address = text(argument(call, 'Uri', 0) ?? '');
  const file = filePath(session, text(outFile));
  session.guest.software.files.set(file, bundleAt(address, file)?.name ?? `downloaded from ${address}`);
  return [];
}

const failures: Readonly<Record<Exclude<HttpOutcome['is'], 'answered'>, string>> = {
  unresolved: 'The remote name could not be resolved',
  refused: 'Unable to connect to the remote server',
  silent: 'The operation has timed out.',
  'no-http': 'The underlying connection was closed: An unexpected error occurred on a receive.',
};

/** @throws PowerShellError, a terminating one, for everything but an answer that says all is well. */
function answered(call: Call, { guest }: Session): { readonly status: number; readonly body: string } {
  const address = text(argument(call, 'Uri', 0) ?? '');
  if (!URL.canParse(address)) {
    throw webError('Invalid URI: The format of the URI could not be determined.', 'UriFormatException');
  }
  const outcome = httpGet(guest, new URL(address), text(argument(call, 'Headers') ?? ''));
  if (outcome.is !== 'answered') throw webError(failures[outcome.is], 'WebCmdletWebResponseException');
  if (outcome.status < 400) return outcome;
  throw webError(
    `The remote server returned an error: (${outcome.status}).`,
    'WebCmdletWebResponseException',
  );
}

function webError(message: string, id: string): PowerShellError {
  return new PowerShellError(message, id, true);
}
