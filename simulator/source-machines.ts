import type { Guest } from './guest/guest.ts';
import type { Software } from './guest/software.ts';
import type { WriteLog } from './guest/write-log.ts';

/** A disk of a source machine, as the guest and the replication agent see it. */
export interface SourceDisk {
  readonly volumeId: string;
  readonly deviceName: string;
  readonly sizeGiB: number;
  readonly isRoot: boolean;
}

/** A network interface of a source machine, as its guest sees it. */
export interface SourceInterface {
  /** As EC2 writes it, in small letters: `02:75:ee:9d:a1:49`. */
  readonly macAddress: string;
  /** Its first private address. */
  readonly privateIp: string;
}

/** Site Recovery's Mobility service on a machine. */
export interface MobilityAgent {
  /** `9.62.7172.1`. */
  readonly version: string;
  /** True once it has made itself known to a configuration server or an appliance. */
  readonly registered: boolean;
  /** Address of the server that it is registered with, where that is known. */
  readonly server?: string;
}

/** A source machine, as Site Recovery's agent and appliance meet it. EC2 owns it; the Azure side only looks. */
export interface SourceMachine {
  readonly instanceId: string;
  /** The guest's host name. */
  readonly hostName: string;
  readonly privateIp: string;
  readonly osType: 'Windows' | 'Linux';
  /** As the guest tells it, e.g. `Microsoft Windows Server 2019 Datacenter`. */
  readonly osName: string;
  readonly firmware: 'BIOS' | 'UEFI';
  /** UUID of the machine's firmware, as an EC2 instance has it: it begins with `ec2`. */
  readonly biosId: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** EC2's own word: pending, running, stopping, stopped, shutting-down, terminated. */
  readonly state: string;
  /** True once the instance was stopped with `Force`: what the agent had not sent yet is in doubt, and the item needs a resync. */
  readonly wasForceStopped: boolean;
  readonly disks: readonly SourceDisk[];
  /** The primary one first. */
  readonly interfaces: readonly SourceInterface[];
  /** `undefined` where no Mobility service is installed. */
  readonly agent: MobilityAgent | undefined;
}

/** What meets somebody who comes to install the Mobility service from outside. */
export interface PushAccount {
  /** Names of the accounts that are administrators there, with a right password; `undefined` where any account is. */
  readonly administrators: readonly string[] | undefined;
  /** The push-installation error that every attempt ends with (`95107`), whatever the account. */
  readonly refusal: string | undefined;
}

/** An instance on which an installer of Site Recovery's server side has run. */
export interface SiteRecoveryServer {
  readonly instanceId: string;
  readonly hostName: string;
  readonly privateIp: string;
  readonly kind: 'configuration-server' | 'appliance';
  /** Text of the vault credentials file that a configuration server's unattended set-up was given. */
  readonly vaultCredentials?: string;
}

/** What is on the disks of a source machine. */
export interface SourceGuest {
  readonly system: Guest;
  readonly software: Software;
}

/** The source machines that exist, looked up as the agents are: by address or by instance. */
export interface SourceMachines {
  all(): readonly SourceMachine[];
  byInstanceId(instanceId: string): SourceMachine | undefined;
  /**
   * True where a TCP connection between two private addresses comes about right now: both machines run, security groups,
   * network ACLs (both ways) and routes let it through, and something listens. An address that no instance has belongs to
   * a host outside this account's knowledge: on its own side nothing refuses.
   */
  reaches(fromIp: string, toIp: string, port: number): boolean;
  /** How a push installation is met. `undefined` for an instance that does not exist. */
  pushAccount(instanceId: string): PushAccount | undefined;
  /** What a push installation does to the machine: the agent is there, and registered with the server that pushed it. */
  installAgent(instanceId: string, version: string, server?: string): void;
  servers(): readonly SiteRecoveryServer[];
  /** What an instance has written. `undefined` where nothing on it ever writes. */
  writesOf(instanceId: string): WriteLog | undefined;
  /** A copy of what is on an instance's disks right now. `undefined` for one that does not exist. */
  copyOfGuest(instanceId: string): SourceGuest | undefined;
}
