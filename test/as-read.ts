import { ActivityFailure, RetryState, type ApplicationFailure } from '@temporalio/common';
import type { Finding } from '../activities/index.ts';
import { findingsText } from '../cli/findings-view.ts';
import { attentionLines } from '../cli/plan-view.ts';
import { troubleOf } from '../workflows/attention.ts';
import { planOf } from './cloud-world.ts';

/** A finding as `portage check` shows it to a person. */
export function findingAsRead(finding: Finding): string {
  return findingsText(planOf([{ name: 'one', privateIp: '10.0.1.1' }]), [finding]);
}

/** A failed step as `portage status` shows it to a person: read by the workflow, written by the command line. */
export function failureAsRead(failure: ApplicationFailure): string {
  const { NON_RETRYABLE_FAILURE } = RetryState;
  const failed = new ActivityFailure('failed', 'activity', '1', NON_RETRYABLE_FAILURE, '', failure);
  const asked = { step: 'The step', choices: [], kind: 'failed', since: '' } as const;
  return attentionLines('machine', { ...troubleOf(failed), ...asked }).join('\n');
}
