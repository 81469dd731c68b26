import type { SSMClient } from '@aws-sdk/client-ssm';
import type { VmPlan } from '../../plan/index.ts';
import { permissionMissing, refusedAction } from './aws-permissions.ts';
import { checkMounts } from './aws-ties.ts';
import type { Findings } from './findings.ts';
import { checkGuestDisks } from './guest-disks.ts';
import { checkGuestState, checkVisibility } from './guest-state.ts';
import { checkLifeInAzure } from './life-in-azure.ts';
import { lookInside, type GuestLook, type Inside } from './guest.ts';
import { checkOperatingSystem } from './operating-system.ts';

/** Everything inside the guest that speaks against migrating it, where Systems Manager gets there. */
export async function checkInside(
  ssm: SSMClient,
  inside: Inside,
  { vm, patienceMs }: { readonly vm: VmPlan; readonly patienceMs: number },
  findings: Findings,
): Promise<void> {
  const look = await lookOrSayWhy(ssm, inside, patienceMs, vm, findings);
  if (look.kind !== 'seen') return checkVisibility(look, vm, findings);
  checkOperatingSystem(look.guest, inside.bootMode, findings);
  checkGuestDisks(look.guest, findings);
  checkGuestState(look.guest, findings);
  checkMounts(look.guest, findings);
  checkLifeInAzure(look.guest, vm, findings);
}

/** Without the permission a machine whose Mobility service comes through Systems Manager could not be prepared either. */
async function lookOrSayWhy(
  ssm: SSMClient,
  inside: Inside,
  patienceMs: number,
  { mobility }: VmPlan,
  findings: Findings,
): Promise<GuestLook> {
  try {
    return await lookInside(ssm, inside, patienceMs);
  } catch (error) {
    const action = refusedAction(error);
    if (action === undefined) throw error;
    if (mobility === 'ssm') permissionMissing(action, findings);
    return { kind: 'unseen', why: `AWS does not allow the worker ${action}` };
  }
}
