import type { Clock } from '../clock.ts';
import type { SourceDisk } from '../source-machines.ts';
import type { Guest } from './guest.ts';
import type { Software } from './software.ts';

/** The machine under a guest, as its firmware and drivers show it. */
export interface Hardware {
  readonly cloud: 'aws' | 'azure';
  /** `m5.large`; on Azure every one says `Virtual Machine`. */
  readonly model: string;
  /** UUID of the firmware. */
  readonly uuid: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly architecture: 'x86_64' | 'arm64';
  /** What its disks are attached by: their names depend on it. */
  readonly storage: 'nvme' | 'xen' | 'scsi';
}

/** How a TCP connection ends that somebody tries to open: `silent` is never answered. */
export type Connection = 'open' | 'refused' | 'silent';

/** A machine whose guest runs scripts, in either cloud: its own state, and what it meets outside itself. */
export interface GuestMachine {
  readonly clock: Clock;
  readonly system: Guest;
  /** What is on its disks, and what of its settings was changed: its own, so that a copy of it can differ. */
  readonly software: Software;
  readonly hardware: Hardware;
  readonly disks: readonly SourceDisk[];
  readonly privateIp: string;
  /** Tries to open a connection to an address right now. */
  readonly connect: (address: string, port: number) => Connection;
  /** The address that a name resolves to there; `undefined` where nobody knows it, or no server answers. */
  readonly addressOf: (name: string) => string | undefined;
  /** What an HTTP listener at an address answers; `undefined` where it is not known to speak HTTP. */
  readonly httpStatus: (address: string, port: number) => number | undefined;
  /** The decrypted value of a parameter of Parameter Store that its instance profile lets it read; `undefined` where there is none. */
  readonly parameter: (name: string) => string | undefined;
}
