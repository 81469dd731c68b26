// Run by loopback-only.test.ts, in a network without an exit where it may: a demo whose caller has set everything that
// could lead it elsewhere. Prints what came of it, as JSON.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { lookup } from 'node:dns/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const [folder = '', temporalCli = ''] = process.argv.slice(2);
const launcher = join(import.meta.dirname, '..', 'bin', 'portage.js');
const heard: string[] = [];

const seen = { connect: await counted(connectOutside), lookup: await counted(lookUpOutside) };
const env = await hostileEnvironment();
const before = sentNowhere();
const demo = spawn(process.execPath, [launcher, 'demo', '--json'], { env, cwd: folder });
const [stdout, stderr] = await Promise.all([text(demo.stdout), text(demo.stderr), once(demo, 'close')]);
const result = {
  code: demo.exitCode,
  stdout,
  stderr,
  heard,
  tookNodeOptions: linesOf('node-options'),
  ranCredentialProcess: existsSync(join(folder, 'credential-process')),
  seen,
  sentOutside: sentNowhere() - before,
};
process.stdout.write(JSON.stringify(result), () => process.exit());

/** Everything that a caller could have set, each leading to a port where nobody should knock. */
async function hostileEnvironment(): Promise<Record<string, string>> {
  const home = join(folder, 'home');
  await writeFiles(home);
  return {
    PATH: process.env.PATH ?? '',
    PORTAGE_TEMPORAL_CLI: temporalCli, // the one setting that counts: nothing is fetched
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    TEMPORAL_ADDRESS: await trap('TEMPORAL_ADDRESS'),
    TEMPORAL_NAMESPACE: 'elsewhere',
    TEMPORAL_PROFILE: 'production',
    TEMPORAL_API_KEY: 'a-key',
    TEMPORAL_TLS: 'true',
    PORTAGE_TASK_QUEUE: 'elsewhere',
    PORTAGE_POLL_INTERVAL: '1h',
    PORTAGE_ARM_ENDPOINT: `https://${await trap('PORTAGE_ARM_ENDPOINT')}`,
    AWS_PROFILE: 'production',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'a-secret',
    AWS_ENDPOINT_URL: `http://${await trap('AWS_ENDPOINT_URL')}`,
    AWS_ENDPOINT_URL_EC2: `http://${await trap('AWS_ENDPOINT_URL_EC2')}`,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://${await trap('AWS_CONTAINER_CREDENTIALS_FULL_URI')}`,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://${await trap('AWS_EC2_METADATA_SERVICE_ENDPOINT')}`,
    AZURE_TENANT_ID: '99999999-8888-7777-6666-555555555555',
    AZURE_CLIENT_ID: '99999999-8888-7777-6666-555555555556',
    AZURE_CLIENT_SECRET: 'a-secret',
    AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential',
    AZURE_AUTHORITY_HOST: `https://${await trap('AZURE_AUTHORITY_HOST')}`,
    IDENTITY_ENDPOINT: `http://${await trap('IDENTITY_ENDPOINT')}`,
    IDENTITY_HEADER: 'a-secret',
    ...(await proxies()),
    NODE_OPTIONS: `--require ${join(home, 'node-options.cjs')}`,
  };
}

async function writeFiles(home: string): Promise<void> {
  const temporal = `address = "${await trap('temporal.toml')}"\nnamespace = "elsewhere"\napi_key = "a-key"\n`;
  const aws = [
    `endpoint_url = http://${await trap('~/.aws/config')}`,
    `credential_process = touch ${join(folder, 'credential-process')}`,
    'region = us-east-1',
  ].join('\n');
  const note = `require('node:fs').appendFileSync(${JSON.stringify(join(folder, 'node-options'))}, process.argv.slice(1).join(' ') + '\\n');`;
  await mkdir(join(home, '.config', 'temporalio'), { recursive: true });
  await mkdir(join(home, '.aws'));
  await Promise.all([
    writeFile(
      join(home, '.config', 'temporalio', 'temporal.toml'),
      `[profile.default]\n${temporal}[profile.production]\n${temporal}`,
    ),
    writeFile(join(home, '.aws', 'config'), `[default]\n${aws}\n[profile production]\n${aws}\n`),
    writeFile(join(home, 'node-options.cjs'), note),
  ]);
}

/** In capitals and in small letters: each program reads its own. */
async function proxies(): Promise<Record<string, string>> {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'GRPC_PROXY'];
  const spellings = names.flatMap((name) => [name, name.toLowerCase()]);
  const entries = spellings.map(async (name) => [name, `http://${await trap(name)}`] as const);
  return { ...Object.fromEntries(await Promise.all(entries)), NODE_USE_ENV_PROXY: '1' };
}

/** Listens on loopback and notes whoever comes. @returns its `host:port` */
async function trap(name: string): Promise<string> {
  const server = createServer((socket) => {
    heard.push(name);
    socket.on('error', () => undefined).destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return `127.0.0.1:${address.port}`;
}

/** How many attempts to leave a network without an exit the kernel counts while something is done. */
async function counted(act: () => Promise<unknown>): Promise<number> {
  const before = sentNowhere();
  await act();
  return sentNowhere() - before;
}

/** 192.0.2.0/24 belongs to nobody (RFC 5737). */
async function connectOutside(): Promise<void> {
  const socket = connect({ host: '192.0.2.1', port: 443, timeout: 1000 });
  await new Promise((resolve) => socket.on('error', resolve).on('timeout', resolve));
  socket.destroy();
}

/** The top-level domain `invalid` has no names (RFC 2606). */
async function lookUpOutside(): Promise<void> {
  await lookup('portage.invalid').catch(() => undefined);
}

/** What this network's kernel was asked to send and had no route for, IPv4 and IPv6, since the network was made. */
function sentNowhere(): number {
  if (!existsSync('/proc/self/net/snmp')) return 0;
  const [names = '', values = ''] = readFileSync('/proc/self/net/snmp', 'utf8').split('\n');
  const version4 = values.split(' ')[names.split(' ').indexOf('OutNoRoutes')];
  const version6 = /^Ip6OutNoRoutes\s+(\d+)/m.exec(readFileSync('/proc/self/net/snmp6', 'utf8'))?.[1];
  return Number(version4) + Number(version6 ?? 0);
}

function linesOf(name: string): string[] {
  return readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
}
