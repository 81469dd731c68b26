import type { InstanceRow } from './estate.ts';
import type { InstanceState } from './section.ts';

/** Where an instance stands; recorded answers may not tell. */
export function stateOf({ answer }: Pick<InstanceRow, 'answer'>): InstanceState | undefined {
  return answer.State?.Name;
}
