import type { GuestMachine } from '../../guest-machine.ts';
import { argument, PowerShellError } from '../session.ts';
import type { Call, Cmdlet, Session } from '../session.ts';
import { text } from '../values.ts';
import type { PsObject, Value } from '../values.ts';
import { operatingSystem } from './cim.ts';

/** What tells of the machine, its operating system and services. */
export const systemCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['get-computerinfo', (_, session) => [computerInfo(session)]],
  ['confirm-securebootuefi', (_, session) => [secureBoot(session)]],
  ['test-computersecurechannel', (_, { guest }) => [isTrusted(guest)]],
  ['get-random', getRandom],
];

/** A number of the span: nothing that can be told from outside depends on which. */
function getRandom(call: Call): readonly Value[] {
  return [Number(argument(call, 'Minimum') ?? 0)];
}

function computerInfo(session: Session): PsObject {
  const { system: guest } = session.guest;
  const { Caption = '', Version = '' } = operatingSystem(session);
  return {
    WindowsProductName: text(Caption).replace('Microsoft ', ''),
    OsName: Caption,
    OsVersion: Version,
    CsName: guest.hostName,
    BiosFirmwareType: guest.firmware === 'UEFI' ? 'Uefi' : 'Bios',
  };
}

function secureBoot({ guest }: Session): boolean {
  if (guest.system.firmware === 'UEFI') return guest.system.facts.secureBoot;
  throw new PowerShellError(
    'Cmdlet not supported on this platform: 0xC0000002',
    'GetFWVarFailed,Microsoft.SecureBoot.Commands.ConfirmSecureBootUefiCommand',
  );
}

/** A domain that knows the machine, and one of its controllers that answers (port 88, 389 and the others: one stands for all). */
function isTrusted({ system, addressOf, connect }: GuestMachine): boolean {
  const { domain, secureChannel } = system.facts;
  if (domain === undefined) {
    throw new PowerShellError(
      'Cannot verify the secure channel for the local computer. The local computer is not joined to a domain.',
      'InvalidOperationException,Microsoft.PowerShell.Commands.TestComputerSecureChannelCommand',
    );
  }
  const controller = addressOf(domain);
  return secureChannel && controller !== undefined && connect(controller, 389) === 'open';
}
