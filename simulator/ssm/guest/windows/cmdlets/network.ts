import { reaches } from '../../../../ec2/reach.ts';
import { bundleAt } from '../../bundles.ts';
import { argument, PowerShellError } from '../session.ts';
import type { Call, Cmdlet, Session } from '../session.ts';
import { text } from '../values.ts';
import type { Value } from '../values.ts';
import { filePath } from './file-paths.ts';

/** What goes over the network. */
export const networkCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['test-netconnection', testNetConnection],
  ['get-smbconnection', (_, session) => smbConnections(session)],
  ['invoke-webrequest', invokeWebRequest],
  ['enable-netfirewallrule', () => []],
];

function testNetConnection(call: Call, { guest }: Session): readonly Value[] {
  const computer = text(argument(call, 'ComputerName', 0) ?? '');
  const port = Number(text(argument(call, 'Port') ?? 0));
  const isOpen = reaches(guest.estate, guest.row.answer.PrivateIpAddress ?? '', computer, port);
  if (/^quiet$/i.test(text(argument(call, 'InformationLevel') ?? ''))) return [isOpen];
  return [{ ComputerName: computer, RemotePort: port, TcpTestSucceeded: isOpen }];
}

/** The connections of everybody who is logged on; a mapped drive holds one. */
function smbConnections({ guest }: Session): readonly Value[] {
  return Object.values(guest.row.guest.facts.mappedDrives).map((share) => {
    const [ServerName = '', ShareName = ''] = share.replace(/^\\\\/, '').split('\\');
    return { ServerName, ShareName, Dialect: '3.1.1' };
  });
}

/** What is downloaded is known by its address; any other address of the internet answers with nothing of use. */
function invokeWebRequest(call: Call, session: Session): readonly Value[] {
  const address = text(argument(call, 'Uri', 0) ?? '');
  const outFile = argument(call, 'OutFile');
  if (!URL.canParse(address)) {
    throw new PowerShellError(
      'Invalid URI: The format of the URI could not be determined.',
      'UriFormatException',
      true,
    );
  }
  if (outFile === undefined) return [{ StatusCode: 200 }];
  const file = filePath(session, text(outFile));
  session.guest.row.software.files.set(file, bundleAt(address, file)?.name ?? `downloaded from ${address}`);
  return [];
}
