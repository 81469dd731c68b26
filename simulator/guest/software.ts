import type { MobilityAgent, SiteRecoveryServer } from '../source-machines.ts';
import type { Guest } from './guest.ts';
import { newWindowsSettings, type WindowsSettings } from './windows-settings.ts';

/** How a service starts, and whether it runs. */
export interface ServiceState {
  readonly startup: 'Automatic' | 'Manual' | 'Disabled';
  readonly isRunning: boolean;
}

/** What has been installed on a guest, and set there. */
export interface Software {
  /** The cloud whose image it was installed from: what that leaves behind stays wherever it goes. */
  readonly origin: 'aws' | 'azure';
  agent?: MobilityAgent;
  server?: Pick<SiteRecoveryServer, 'kind' | 'vaultCredentials'>;
  /** What has been written to its disks, by path; a program's text is its name. */
  readonly files: Map<string, string>;
  /** Devices that came raw and were given partitions since. */
  readonly partitioned: Set<string>;
  /** Services that are otherwise than they came: by name in lower case. */
  readonly services: Map<string, ServiceState>;
  readonly windows: WindowsSettings;
  /** Of its first interface when it was set up, as its configuration knows it. */
  readonly macAddress: string;
  /** Network interfaces whose hardware is gone, by the MAC addresses that they had. */
  ghosts: readonly string[];
}

/** What is on a guest when the story begins. @param privateIp without one nothing is known of its network. */
export function preinstalled(
  guest: Guest,
  cloud: 'aws' | 'azure',
  privateIp: string | undefined,
  macAddress = madeUpMac(guest.hostName),
): Software {
  const { agent, server } = guest.facts;
  return {
    origin: cloud,
    files: new Map(),
    partitioned: new Set(),
    services: new Map(),
    windows: newWindowsSettings(guest, cloud, privateIp),
    macAddress,
    ghosts: [],
    ...(agent === undefined ? {} : { agent }),
    ...(server === undefined ? {} : { server: { kind: server } }),
  };
}

/** A copy with a life of its own: what is changed in it changes nothing in the original. */
export function copyOf(software: Software): Software {
  return structuredClone(software);
}

/** A restart: what starts by itself runs, and nothing else. */
export function startServices({ services }: Software): void {
  for (const [name, { startup }] of services) {
    services.set(name, { startup, isRunning: startup === 'Automatic' });
  }
}

/** Where nobody says which one it was: it is the name's, so that it stays the same. */
function madeUpMac(name: string): string {
  const sum = Buffer.from(name).reduce((total, byte) => (total * 33 + byte) % 2 ** 32, 5381);
  const digits = sum.toString(16).padStart(8, '0');
  return `02:0a:${(digits.match(/../g) ?? []).join(':')}`;
}
