import type { VmPlan } from '../../plan/index.ts';
import type { Findings } from './findings.ts';
import type { Guest, GuestLook } from './guest.ts';

/** Whether it could be looked into at all. */
export function checkVisibility(
  look: Exclude<GuestLook, { kind: 'seen' }>,
  { mobility }: VmPlan,
  findings: Findings,
): void {
  if (look.kind === 'unmanaged' && mobility === 'ssm')
    findings.blocker(
      'SSM_UNMANAGED',
      'Systems Manager does not manage the instance, and `mobility: ssm` installs through it',
      'Give it the agent and an instance profile with AmazonSSMManagedInstanceCore, or another `mobility`; until then nothing inside the guest is checked',
    );
  else {
    const why = look.kind === 'unseen' ? look.why : 'Systems Manager does not manage the instance';
    findings.warning(
      'GUEST_UNSEEN',
      `Nothing inside the guest was checked (version, kernel, BitLocker, disks, Secure Boot, pending reboot, domain controller, mounts): ${why}`,
      'Look at them yourself, or let Systems Manager manage the instance and check again',
    );
  }
}

/** What is wrong with a guest as it runs now. */
export function checkGuestState(guest: Guest, findings: Findings): void {
  if (guest.isSecureBootOn === true)
    findings.blocker(
      'SECURE_BOOT',
      'Secure Boot is on, which Site Recovery does not support',
      'Turn Secure Boot off in the instance’s UEFI settings',
    );
  if (guest.isRebootPending)
    findings.warning(
      'PENDING_REBOOT',
      'A restart is pending: the Mobility service may refuse to install, and the shutdown at cutover would take long',
      'Restart the machine before replication begins',
    );
  if (guest.kind === 'Windows' && guest.isDomainController === true)
    findings.blocker(
      'DOMAIN_CONTROLLER',
      'It is a domain controller: a copy of one harms the directory (USN rollback, a test failover with two of them)',
      'Promote a new domain controller in Azure and demote this one; or accept DOMAIN_CONTROLLER by name',
    );
}
