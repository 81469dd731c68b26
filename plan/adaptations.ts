/** What Portage adapts in a guest from EC2 so that it lives in Azure: by name, as a plan switches it off. */
export const adaptationNames = [
  'aws-routes',
  'ec2-launch',
  'aws-agents',
  'kms',
  'time',
  'disks',
  'ghost-nics',
  'fstab',
  'netplan',
  'cloud-init',
] as const;

export type AdaptationName = (typeof adaptationNames)[number];

/** What is adapted of a machine. */
export interface Adapt {
  /** What of Portage’s own is left out. */
  readonly skip: readonly AdaptationName[];
  /** The team’s own scripts, which run after it, in their order. */
  readonly run: readonly OwnScript[];
}

/** A script of the team’s own: PowerShell or shell, by the machine’s operating system. */
export interface OwnScript {
  readonly name: string;
  readonly script: string;
}
