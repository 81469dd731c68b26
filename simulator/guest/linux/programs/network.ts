import { bundleAt } from '../../bundles.ts';
import { httpGet, resolved } from '../../http-request.ts';
import type { HttpOutcome } from '../../http-request.ts';
import { listeningPorts } from '../../listeners.ts';
import { absolute, done, fails } from '../shell.ts';
import type { Program, Ran, Shell } from '../shell.ts';

/** What goes over the network, and AWS's command line. */
export const networkPrograms: readonly (readonly [string, Program])[] = [
  ['curl', curl],
  ['wget', wget],
  ['ss', listSockets],
  ['getent', getent],
  ['aws', aws],
];

/** `ss -ltn`: what listens. Who is connected is not simulated. */
function listSockets(args: readonly string[], { guest }: Shell): Ran {
  const lines = listeningPorts(guest.system, guest.software).map(
    (port) => `LISTEN 0      4096         0.0.0.0:${port}      0.0.0.0:*`,
  );
  const head = args.some((arg) => /^-\w*H/.test(arg))
    ? []
    : ['State  Recv-Q Send-Q Local Address:Port Peer Address:Port'];
  return done([...head, ...lines].map((line) => `${line}\n`).join(''));
}

/** `getent hosts name`. 2 tells that nobody knows it (documented). */
function getent([database = '', name = '']: readonly string[], { guest }: Shell): Ran {
  if (database !== 'hosts' && database !== 'ahosts') return fails(1, `Unknown database: ${database}`);
  const address = resolved(guest, name);
  return address === undefined ? fails(2) : done(`${address.padEnd(16)}${name}\n`);
}

/** Exit codes of curl (documented). */
const curlFailures: Readonly<Record<Exclude<HttpOutcome['is'], 'answered'>, readonly [number, string]>> = {
  unresolved: [6, 'Could not resolve host'],
  refused: [7, 'Failed to connect: Connection refused'],
  silent: [28, 'Connection timed out'],
  'no-http': [52, 'Empty reply from server'],
};

/** `-o file`, `-f`, `-s`, `-w '%{http_code}'`, `-H 'Metadata: true'`. */
function curl(args: readonly string[], shell: Shell): Ran {
  const address = args.find(isAddress);
  if (address === undefined) return fails(2, 'curl: no URL specified');
  const option = (...names: readonly string[]): string | undefined =>
    args.find((_, at) => names.includes(args[at - 1] ?? ''));
  const outcome = httpGet(shell.guest, new URL(address), option('-H', '--header'));
  const format = (option('-w', '--write-out') ?? '').replaceAll('\\n', '\n');
  if (outcome.is !== 'answered') {
    const [status, reason] = curlFailures[outcome.is];
    return {
      ...fails(status, `curl: (${status}) ${reason}`),
      stdout: format.replaceAll('%{http_code}', '000'),
    };
  }
  const { status, body } = outcome;
  if (status >= 400 && args.some((arg) => /^(-\w*f\w*|--fail)$/.test(arg))) {
    return {
      ...fails(22, `curl: (22) The requested URL returned error: ${status}`),
      stdout: format.replaceAll('%{http_code}', String(status)),
    };
  }
  const output = option('-o', '--output') ?? option('-Lo', '-sSLo', '-fsSLo', '-sLo', '-so');
  if (output !== undefined && output !== '/dev/null') save(shell, output, address);
  const told = format.replaceAll('%{http_code}', String(status));
  return done(`${output === undefined ? body : ''}${told}`);
}

function isAddress(arg: string): boolean {
  return /^https?:/i.test(arg) && URL.canParse(arg);
}

function wget(args: readonly string[], shell: Shell): Ran {
  const address = args.find(isAddress);
  if (address === undefined) return fails(1, 'wget: missing URL');
  const at = args.findIndex((arg) => /^(-\w*O|--output-document)$/.test(arg));
  const outcome = httpGet(shell.guest, new URL(address));
  if (outcome.is !== 'answered') return fails(4, `wget: unable to connect: ${curlFailures[outcome.is][1]}`);
  if (outcome.status >= 400) return fails(8, `ERROR ${outcome.status}.`);
  if (at !== -1 && args[at + 1] !== '-') save(shell, args[at + 1] ?? '', address);
  return done();
}

/** What is downloaded is known by its address. */
function save(shell: Shell, path: string, address: string): void {
  const file = absolute(shell, path);
  shell.guest.software.files.set(file, bundleAt(address, file)?.name ?? `downloaded from ${address}`);
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
