import { z } from 'zod';
import type { Path } from './mistake.ts';

/** The schema at a path, without what only wraps it; nothing where no schema stands there. */
export function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  const here = unwrapped(schema);
  const [step, ...rest] = path;
  if (step === undefined) return here;
  const next = alternatives(here)
    .map((option) => child(option, step))
    .find((found) => found !== undefined);
  return next === undefined ? undefined : schemaAt(next, rest);
}

/** The schema at a path and, where it is a union, those that it unites. */
export function alternativesAt(schema: z.core.$ZodType, path: Path): readonly z.core.$ZodType[] {
  const here = schemaAt(schema, path);
  if (here === undefined) return [];
  return here instanceof z.ZodUnion ? [here, ...alternatives(here)] : [here];
}

/** The keys of the mapping at a path; none where no mapping is expected. */
export function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  return alternativesAt(schema, path).flatMap((option) =>
    option instanceof z.ZodObject ? Object.keys(option.shape) : [],
  );
}

function child(schema: z.core.$ZodType, step: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodArray && typeof step === 'number') return schema.element;
  if (!(schema instanceof z.ZodObject)) return undefined;
  const found: unknown = schema.shape[step];
  return found instanceof z.ZodType ? found : undefined;
}

function alternatives(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  return schema instanceof z.ZodUnion ? schema.options.map(unwrapped) : [schema];
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional) return unwrapped(schema.unwrap());
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in);
  return schema;
}
