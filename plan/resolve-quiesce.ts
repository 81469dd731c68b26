import type { z } from 'zod';
import type { quiesceSchema } from './schema-quiesce.ts';

/** What brings a machine's applications to rest, or to life again. */
export type QuiesceAction =
  | { readonly kind: 'ssm'; readonly command: string }
  | { readonly kind: 'webhook'; readonly url: string | { readonly env: string } };

/** How a machine's applications are brought to rest before it is stopped. */
export interface Quiesce {
  readonly stop: QuiesceAction;
  /** Done wherever the machine lives on. */
  readonly start: QuiesceAction;
  /** How long to wait until everything written before is in Azure. */
  readonly withinMinutes: number;
  /** What happens when it is not by then. */
  readonly otherwise: 'ask' | 'go-on' | 'turn-back';
}

type Said = z.output<typeof quiesceSchema>;

export function resolveQuiesce({ stop, start, withinMinutes = 30, otherwise = 'ask' }: Said): Quiesce {
  return { stop: action(stop), start: action(start), withinMinutes, otherwise };
}

function action({ ssm, webhook: url }: Said['stop']): QuiesceAction {
  if (url !== undefined) return { kind: 'webhook', url };
  return { kind: 'ssm', command: ssm ?? '' };
}
