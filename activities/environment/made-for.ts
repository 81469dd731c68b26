import { planTag } from '../claim.ts';

/** The tags of everything that is created for a plan: by them it can be listed, and told from what was there before. */
export function tagsFor(plan: string): Record<string, string> {
  return { [planTag]: plan };
}

/** A sentence for the run's story: whether a resource was created by Portage or is used as it was found. */
export function howItCame(what: string, tags: Readonly<Record<string, string>> | undefined): string {
  const maker = tags?.[planTag];
  return maker === undefined
    ? `${what} was there before and is used as it is`
    : `${what} was created for plan ${maker}`;
}
