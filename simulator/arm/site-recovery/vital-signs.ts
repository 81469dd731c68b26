import type { Clock } from '../../clock.ts';
import type { Health } from './vault-section.ts';

/** What a component tells of itself. */
interface VitalSigns {
  readonly health: Health;
  readonly heartbeatAgeMinutes: number;
  readonly heartbeatStopsAfterMinutes?: number | undefined;
}

/** After so long without a heartbeat the service calls a component critical. Inferred. */
const silentAfterMs = 15 * 60_000;

/** When a component was last heard of, in simulated milliseconds, and how it is. */
export function vitalSigns(
  { health, heartbeatAgeMinutes, heartbeatStopsAfterMinutes }: VitalSigns,
  { nowMs, startMs }: Clock,
): { readonly heartbeatMs: number; readonly health: Health } {
  const lastMs = nowMs - heartbeatAgeMinutes * 60_000;
  if (heartbeatStopsAfterMinutes === undefined) return { heartbeatMs: lastMs, health };
  const heartbeatMs = Math.min(lastMs, startMs + heartbeatStopsAfterMinutes * 60_000);
  return { heartbeatMs, health: nowMs - heartbeatMs > silentAfterMs ? 'Critical' : health };
}

/** Days that a certificate is still valid: below zero when it has expired (recorded). */
export function certificateDaysLeft(certificateDays: number, { nowMs, startMs }: Clock): number {
  return Math.floor(certificateDays - (nowMs - startMs) / 86_400_000);
}

/** Of several, the worst. */
export function worstOf(healths: readonly Health[]): Health {
  if (healths.includes('Critical')) return 'Critical';
  return healths.includes('Warning') ? 'Warning' : 'Normal';
}
