import { z } from 'zod';
import type { ReleaseTerms } from './messages.ts';

const instant = z.iso
  .datetime({ offset: true, error: 'must be a time with its zone, like 2026-05-02T22:00:00+02:00' })
  .transform((text) => new Date(text).toISOString());
const window = z
  .object({ from: instant, until: instant })
  .refine(({ from, until }) => from < until, { error: 'must end after it starts' });
const terms = z.object({ at: instant.optional(), within: z.array(window).min(1).optional() });

/**
 * When somebody wants a release to take effect: in UTC, windows in their order.
 * @throws Error that says what is wrong with it.
 */
export function readTerms(given: ReleaseTerms): ReleaseTerms {
  const { data, error } = terms.safeParse(given);
  if (data === undefined) {
    const [issue] = error.issues;
    throw new Error(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  const { at, within } = data;
  return {
    ...(at !== undefined && { at }),
    ...(within && { within: within.sort((one, other) => Date.parse(one.from) - Date.parse(other.from)) }),
  };
}

/** The terms in words; empty where there are none. */
export function termsText({ at, within = [] }: ReleaseTerms): string {
  const windows = within.map(({ from, until }) => `${from} to ${until}`).join(' or ');
  return [at === undefined ? '' : `, not before ${at}`, windows === '' ? '' : `, inside ${windows}`].join('');
}
