/** A disk of a source machine, as the guest and the replication agent see it. */
export interface SourceDisk {
  readonly volumeId: string;
  readonly deviceName: string;
  readonly sizeGiB: number;
  readonly isRoot: boolean;
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
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** EC2's own word: pending, running, stopping, stopped, shutting-down, terminated. */
  readonly state: string;
  /** True once the instance was stopped with `Force`: what the agent had not sent yet is in doubt, and the item needs a resync. */
  readonly wasForceStopped: boolean;
  readonly disks: readonly SourceDisk[];
}

/** The source machines that exist, looked up as the agents are: by address or by instance. */
export interface SourceMachines {
  all(): readonly SourceMachine[];
  byInstanceId(instanceId: string): SourceMachine | undefined;
}
