import { bundleAt } from '../../bundles.ts';
import { absolute, done, fails } from '../shell.ts';
import type { Program, Ran, Shell } from '../shell.ts';

/** What goes over the network, and AWS's command line. */
export const networkPrograms: readonly (readonly [string, Program])[] = [
  ['curl', (args, shell) => download(shell, args, ['-o', '--output'])],
  ['wget', (args, shell) => download(shell, args, ['-O', '--output-document'])],
  ['aws', aws],
];

function download(shell: Shell, args: readonly string[], outputs: readonly string[]): Ran {
  const address = args.find((arg) => URL.canParse(arg)) ?? '';
  const at = args.findIndex((arg) => outputs.includes(arg));
  const file = absolute(shell, args[at + 1] ?? '');
  if (address === '') return fails(2, 'no URL specified');
  if (at === -1) return done('');
  shell.guest.row.software.files.set(file, bundleAt(address, file)?.name ?? `downloaded from ${address}`);
  return done();
}

/** `aws ssm get-parameter --name … --with-decryption --query Parameter.Value --output text` */
function aws(args: readonly string[], { guest }: Shell): Ran {
  const [service, operation] = args;
  if (service !== 'ssm' || operation !== 'get-parameter')
    return fails(252, 'aws: error: argument operation: Invalid choice');
  const name = args[args.indexOf('--name') + 1] ?? '';
  const value = guest.parameter(name);
  if (value === undefined) {
    return fails(254, 'An error occurred (ParameterNotFound) when calling the GetParameter operation:');
  }
  const isText = args.includes('text') && args.includes('Parameter.Value');
  return done(
    isText ? `${value}\n` : `${JSON.stringify({ Parameter: { Name: name, Value: value } }, undefined, 4)}\n`,
  );
}
