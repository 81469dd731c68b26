import type { Estate, InstanceRow } from '../../ec2/estate.ts';

/** A guest whose script runs: the machine, its account, and what its instance profile lets it read. */
export interface GuestMachine {
  readonly estate: Estate;
  readonly row: InstanceRow;
  /** The decrypted value of a parameter of Parameter Store; `undefined` where there is none. */
  readonly parameter: (name: string) => string | undefined;
}
