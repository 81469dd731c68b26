import { InvalidPlan } from '../plan/index.ts';
import { PortageError } from '../client/index.ts';
import { InvalidConfig } from '../worker/config.ts';
import { TemporalUnreachable } from '../worker/temporal-unreachable.ts';

/** What a command's end means, for scripts. */
export const exitCodes = { done: 0, failed: 1, usage: 2, attention: 3, unreachable: 4 } as const;

/** The exit code that an error comes to. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof InvalidPlan || error instanceof InvalidConfig) return exitCodes.usage;
  if (error instanceof PortageError && error.kind === 'unreachable') return exitCodes.unreachable;
  if (error instanceof TemporalUnreachable) return exitCodes.unreachable;
  return exitCodes.failed;
}
