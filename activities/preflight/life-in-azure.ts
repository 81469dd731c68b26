import type { VmPlan } from '../../plan/index.ts';
import type { Findings } from './findings.ts';
import type { Guest } from './guest.ts';

/** What of the guest would break in Azure: what adapting cures after the failover, and what it cannot or shall not. */
export function checkLifeInAzure(guest: Guest, { adapt }: VmPlan, findings: Findings): void {
  const skipped = guest.leftovers.filter((name) => adapt.skip.includes(name));
  const cured = guest.leftovers.filter((name) => !adapt.skip.includes(name));
  const hanging = guest.kind === 'Linux' ? guest.hangingMounts : [];
  if (hanging.length > 0)
    findings.warning(
      'BOOT_WILL_HANG',
      `The boot in Azure waits in vain for ${hanging.join(', ')}: disks have other names there, and nothing reaches the VM to cure it`,
      'Write UUID=… (blkid tells it) or add nofail to these lines of /etc/fstab before replication begins',
    );
  if (guest.kind === 'Windows' && isTooOld(guest.version))
    return findings.warning(
      'NO_RUN_COMMAND',
      `${guest.name ?? 'This Windows'} takes no run commands in Azure: nothing in its guest can be adapted or looked at, and a person is asked at the cutover`,
      'Upgrade it to Windows Server 2016 or later first; or adapt the Azure VM by hand and accept that',
    );
  if (skipped.length > 0)
    findings.warning(
      'NOT_ADAPTED',
      `The plan leaves out of adapting what the guest has of EC2: ${skipped.join(', ')}`,
      'See docs/plan.md on what each is for; take it out of adapt.skip unless somebody else sees to it',
    );
  if (cured.length > 0)
    findings.info(
      'WILL_BE_ADAPTED',
      `What EC2 has left in the guest is cured after the failover, by a run command: ${cured.join(', ')}`,
      'Nothing to do; adapt.skip in the plan leaves out what you see to yourself',
    );
}

/** Windows Server 2016 is 10.0. */
function isTooOld(version: string | undefined): boolean {
  return version !== undefined && Number(version.split('.')[0]) < 10;
}
