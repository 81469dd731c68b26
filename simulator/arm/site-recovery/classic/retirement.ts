import { asrError } from '../asr-error.ts';

/** Documented: from the day after on, nothing new is protected, nor registered, with a configuration server. */
const lastDay = Date.parse('2026-03-30T23:59:59.999Z');

/** True once the classic experience has been retired. */
export function isRetired(nowMs: number): boolean {
  return nowMs > lastDay;
}

/** @throws ArmError 400 once the classic experience has been retired; how the service says so is inferred. */
export function requireNotRetired(nowMs: number): void {
  if (!isRetired(nowMs)) return;
  throw asrError({
    status: 400,
    code: 'ClassicExperienceRetired',
    message:
      'Replication of physical machines with a configuration server (classic experience) was retired on 30 March 2026: replication of no more machines can be enabled.',
    possibleCauses: 'The classic experience of Site Recovery has been retired.',
    recommendedAction: 'Replicate the machine with a replication appliance (modernized experience).',
  });
}
