import type { ProtectedItem } from './protected-item.ts';

/** How much of an item's disks has been copied, below 1 while the copy goes on (recorded: it never shows 100); undefined before and after. */
export function copiedShare({ stage }: ProtectedItem, nowMs: number): number | undefined {
  if (stage.is !== 'copying') return undefined;
  return Math.min(0.99, Math.max(0, (nowMs - stage.sinceMs) / (stage.untilMs - stage.sinceMs)));
}

/** Disks and network interfaces show when the enable operation is done (recorded). */
export function hasDisks({ stage }: ProtectedItem): boolean {
  return stage.is !== 'enabling' && stage.is !== 'enabling-failed';
}
