import { z } from 'zod';
import type { GuestMachine } from './guest-machine.ts';

/** The version that every installer brings. */
const newestVersion = '9.62.7172.1';
/** Control and data channel of an appliance or configuration server (documented). */
const serverPorts = [443, 9443] as const;

/** Exit codes of the Mobility service's installer and configurator, as its published source names them. */
export const exitCodes = {
  wrongCommandLine: 3,
  wrongServerOrPassphrase: 14,
  registrationFailed: 17,
  wrongConfigFile: 19,
  otherMachine: 118,
} as const;

/** How a step of an installer ended: 0 is well, and what its log says. */
export interface Outcome {
  readonly exitCode: number;
  readonly log: readonly string[];
}

/** A file that an appliance makes for one machine, as people have published theirs. */
const configSchema = z.looseObject({
  BiosId: z.string(),
  Fqdn: z.string(),
  RcmProxyTransportSettings: z.looseObject({
    IpAddresses: z.array(z.string()).min(1),
    NatIpAddress: z.string().nullish(),
    Port: z.number(),
  }),
});

/** Installs the Mobility service, or brings it up to date; whether it is registered stays as it was. */
export function installAgent({ software }: GuestMachine): void {
  const { agent } = software;
  software.agent = { ...agent, version: newestVersion, registered: agent?.registered ?? false };
}

/** What the installer tells of the machine, and the appliance wants to know before it makes a configuration file. */
export function agentConfigInput({ hardware, system }: GuestMachine): string {
  const input = { BiosId: hardware.uuid, Fqdn: system.hostName };
  return Buffer.from(JSON.stringify(input)).toString('base64');
}

/** Registers the agent with the appliance that made the configuration file. */
export function registerWithAppliance(guest: GuestMachine, config: string | undefined): Outcome {
  if (guest.software.agent === undefined)
    return failed(exitCodes.registrationFailed, 'The Mobility service is not installed.');
  if (config === undefined)
    return failed(exitCodes.wrongConfigFile, 'The source config file does not exist.');
  const parsed = configSchema.safeParse(json(config));
  if (!parsed.success)
    return failed(
      exitCodes.wrongConfigFile,
      'The source config file is not a valid Mobility service configuration.',
    );
  const { BiosId, Fqdn, RcmProxyTransportSettings: proxy } = parsed.data;
  if (BiosId.toLowerCase() !== guest.hardware.uuid) {
    return failed(
      exitCodes.otherMachine,
      `BIOS id of the source config file (${Fqdn}, ${BiosId}) does not match this machine: ${guest.hardware.uuid}.`,
    );
  }
  const { IpAddresses, NatIpAddress } = proxy;
  const addresses = typeof NatIpAddress === 'string' ? [...IpAddresses, NatIpAddress] : IpAddresses;
  return register(guest, addresses);
}

/** Registers the agent with a configuration server, which knows a machine by the passphrase. */
export function registerWithServer(
  guest: GuestMachine,
  address: string | undefined,
  passphrase: string | undefined,
): Outcome {
  if (guest.software.agent === undefined)
    return failed(exitCodes.registrationFailed, 'The Mobility service is not installed.');
  if (address === undefined) return failed(exitCodes.wrongCommandLine, 'CSEndPoint is a mandatory argument.');
  if (passphrase === undefined || passphrase.trim() === '') {
    return failed(exitCodes.wrongServerOrPassphrase, 'The passphrase file does not exist or is empty.');
  }
  return register(guest, [address]);
}

function register({ software, connect }: GuestMachine, addresses: readonly string[]): Outcome {
  const attempts = addresses.map((address) => ({
    address,
    closed: serverPorts.filter((port) => connect(address, port) !== 'open'),
  }));
  const server = attempts.find(({ closed }) => closed.length === 0)?.address;
  if (server === undefined) {
    const why = attempts.map(({ address, closed }) => `${address} (port ${closed.join(', ')})`).join('; ');
    return failed(exitCodes.registrationFailed, `Could not connect to ${why}.`);
  }
  const { version = newestVersion } = software.agent ?? {};
  software.agent = { version, registered: true, server };
  return {
    exitCode: 0,
    log: [`Registered with ${server}.`, 'Agent configuration has completed successfully.'],
  };
}

/** The step failed, and says why. */
export function failed(exitCode: number, reason: string): Outcome {
  return { exitCode, log: [reason, `Exit code: ${exitCode}`] };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
