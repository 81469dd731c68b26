import type { Instance } from '@aws-sdk/client-ec2';

/** What a machine boots with: BIOS becomes an Azure VM of generation 1, UEFI one of generation 2. */
export type BootMode = 'BIOS' | 'UEFI';

/** How the instance has booted, by EC2; `undefined` where the answer does not tell. */
export function bootModeOf({ CurrentInstanceBootMode }: Instance): BootMode | undefined {
  if (CurrentInstanceBootMode === undefined) return undefined;
  return CurrentInstanceBootMode === 'uefi' ? 'UEFI' : 'BIOS';
}
