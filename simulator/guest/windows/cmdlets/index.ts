import { argument, notRecognized } from '../session.ts';
import type { Call, Cmdlet, Session } from '../session.ts';
import { text } from '../values.ts';
import type { Value } from '../values.ts';
import { awsCmdlets } from './aws.ts';
import { cimCmdlets } from './cim.ts';
import { deviceCmdlets } from './devices.ts';
import { fileCmdlets } from './files.ts';
import { networkCmdlets } from './network.ts';
import { objectCmdlets } from './objects.ts';
import { registryCmdlets } from './registry.ts';
import { routeCmdlets } from './routes.ts';
import { serviceCmdlets } from './services.ts';
import { bitLockerCmdlets, storageCmdlets } from './storage.ts';
import { systemCmdlets } from './system.ts';

const everywhere: ReadonlyMap<string, Cmdlet> = new Map<string, Cmdlet>([
  ...objectCmdlets,
  ...systemCmdlets,
  ...registryCmdlets,
  ...storageCmdlets,
  ...fileCmdlets,
  ...networkCmdlets,
  ...awsCmdlets,
  ...cimCmdlets,
  ...serviceCmdlets,
  ...routeCmdlets,
  ...deviceCmdlets,
  ['get-command', getCommand],
]);
const withBitLocker = new Map(bitLockerCmdlets);

/** A cmdlet that the guest has, by its name in any case. BitLocker's come with a feature that must be installed. */
export function cmdletNamed({ guest }: Session, name: string): Cmdlet | undefined {
  const key = name.toLowerCase();
  const hasBitLocker = guest.system.facts.bitLocker !== undefined;
  return everywhere.get(key) ?? (hasBitLocker ? withBitLocker.get(key) : undefined);
}

function getCommand(call: Call, session: Session): readonly Value[] {
  const name = text(argument(call, 'Name', 0) ?? '');
  if (cmdletNamed(session, name) === undefined) throw notRecognized(name);
  return [{ CommandType: 'Cmdlet', Name: name }];
}
