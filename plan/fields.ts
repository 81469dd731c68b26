import { z } from 'zod';
import type { Problem } from './mistake.ts';
import { notYet, type NotYet } from './not-yet.ts';

/** How to say that a field is wrong: "must " + `must`, and what to do about it. */
export interface FieldRule {
  readonly must: string;
  readonly suggestion?: string;
}

/** The rule of a field whose own sentence is better than one made from its type. */
export const fieldRules = z.registry<FieldRule>();

/** Fields that are known but refused: the JSON Schema for editors refuses them too. */
export const refusedFields = z.registry<{ readonly feature: NotYet }>();

/** The values of a choice that this version can do. */
export const choicesBuilt = z.registry<{ readonly built: readonly string[] }>();

/** Text of a certain form. */
export function text(description: string, pattern: RegExp, rule: FieldRule) {
  return z.string().regex(pattern).describe(description).register(fieldRules, rule);
}

/** Text that `problem` finds nothing wrong with. */
export function textWithout(problem: (given: string) => Problem | undefined, description: string) {
  return z
    .string()
    .superRefine((given, ctx) => {
      const found = problem(given);
      if (found !== undefined) ctx.addIssue(customIssue(found));
    })
    .describe(description);
}

/** One of several words; those of `later` are known, and refused. */
export function choice<const Built extends string>(
  description: string,
  built: readonly Built[],
  later: Readonly<Record<string, NotYet>> = {},
) {
  const words = z
    .enum([...built, ...Object.keys(later)])
    .describe(description)
    .register(choicesBuilt, { built });
  return words.transform((word, ctx): Built => {
    const done = built.find((candidate) => candidate === word);
    if (done !== undefined) return done;
    const feature = later[word];
    if (feature !== undefined) ctx.addIssue(customIssue(refusal(feature)));
    return z.NEVER;
  });
}

/** A field that is known, with the form it will have, and refused. Mistakes in the form are reported as well. */
export function later(schema: z.ZodType, feature: NotYet) {
  const { message, suggestion } = refusal(feature);
  return schema
    .refine(() => false, { error: message, params: { suggestion }, when: () => true })
    .transform((): never => z.NEVER)
    .register(refusedFields, { feature });
}

/** What is wrong with asking for a feature that this version lacks. */
export function refusal(feature: NotYet): Problem {
  const { asks, instead } = notYet[feature];
  return { message: `not in this version yet: ${asks}`, suggestion: instead };
}

/** A problem as zod carries it. */
export function customIssue({ message, suggestion }: Problem, path: (string | number)[] = []) {
  return { code: 'custom' as const, message, path, params: { suggestion } };
}
