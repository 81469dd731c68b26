import type { GuestFacts } from './guest-facts.ts';

/** What only the guest knows of itself, whichever cloud it runs in. */
export interface Guest {
  readonly hostName: string;
  readonly osType: 'Windows' | 'Linux';
  readonly osName: string;
  readonly firmware: 'BIOS' | 'UEFI';
  readonly facts: GuestFacts;
}
