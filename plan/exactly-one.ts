import type { z } from 'zod';

/** A mapping that says exactly one of several things. */
export function exactlyOne<Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  kinds: readonly string[],
  sentence: string,
) {
  const isOne = (given: object) =>
    Object.entries(given).filter(([key, value]) => value !== undefined && kinds.includes(key)).length === 1;
  return schema.refine(isOne, { error: sentence, when: ({ issues }) => issues.length === 0 });
}
