import type { Plan } from '../plan/schema.ts';
import { sha256 } from './sha-256.ts';

/** Memo of a plan's workflow that tells one content of a plan from another. */
export const digestMemo = 'planDigest';

export function digestOf(plan: Plan): string {
  return sha256(JSON.stringify(plan));
}
