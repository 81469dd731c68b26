import { argument, PowerShellError } from '../session.ts';
import type { Call, Cmdlet, Session } from '../session.ts';
import { text } from '../values.ts';
import type { Value } from '../values.ts';

/** The AWS Tools for PowerShell, which EC2's Windows images have. */
export const awsCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['get-ssmparametervalue', getParameterValue],
  ['get-ssmparameter', getParameter],
];

/** A parameter that does not exist is no error here: it stands among the invalid ones. */
function getParameterValue(call: Call, { guest }: Session): readonly Value[] {
  const name = text(argument(call, 'Name', 0) ?? '');
  const value = guest.parameter(name);
  const found = value === undefined ? null : [{ Name: name, Value: value }];
  return [{ Parameters: found, InvalidParameters: value === undefined ? [name] : [] }];
}

function getParameter(call: Call, { guest }: Session): readonly Value[] {
  const name = text(argument(call, 'Name', 0) ?? '');
  const value = guest.parameter(name);
  if (value !== undefined) return [{ Name: name, Value: value }];
  throw new PowerShellError(
    'ParameterNotFound',
    'Amazon.SimpleSystemsManagement.Model.ParameterNotFoundException,Amazon.PowerShell.Cmdlets.SSM.GetSSMParameterCmdlet',
  );
}
