import type { CutoverWindow } from '../plan/resolve.ts';

/** Where an instant stands to the windows that a cutover may begin in. */
export type Opening =
  /** It may begin now, and as late as `lastStart`. */
  | { readonly kind: 'open'; readonly window: CutoverWindow; readonly lastStart: number }
  | { readonly kind: 'later'; readonly window: CutoverWindow; readonly opensAt: number }
  | { readonly kind: 'never' };

/**
 * Whether a cutover may begin in a window so early that it ends inside; without an estimate, whether the window is open.
 * @param windows in their order.
 */
export function openingAt(
  windows: readonly CutoverWindow[],
  now: number,
  estimateMs: number | undefined,
): Opening {
  for (const window of windows) {
    const opensAt = Date.parse(window.from);
    const lastStart = Date.parse(window.until) - (estimateMs ?? 1);
    if (lastStart < Math.max(now, opensAt)) continue;
    return now < opensAt ? { kind: 'later', window, opensAt } : { kind: 'open', window, lastStart };
  }
  return { kind: 'never' };
}
