import { pathText, type Mistake, type Path } from './mistake.ts';

interface Entry {
  /** What may not occur twice, capitals aside; anything but text is passed over. */
  readonly key: string | null | undefined;
  readonly path: Path;
}

interface Options<E extends Entry> {
  /** Instead of saying where the first one is. */
  readonly suggestion?: string;
  /** Whether two entries with the same key are no mistake after all. */
  readonly differ?: (one: E, other: E) => boolean;
}

/** A mistake for each entry whose key an earlier entry has. */
export function twice<E extends Entry>(
  entries: readonly E[],
  sentence: (key: string) => string,
  { suggestion, differ = () => false }: Options<E> = {},
): Mistake[] {
  const seen = new Map<string, E[]>();
  return entries.flatMap((entry) => {
    if (typeof entry.key !== 'string') return [];
    const earlier = seen.get(entry.key.toLowerCase()) ?? [];
    const first = earlier.find((other) => !differ(other, entry));
    earlier.push(entry);
    seen.set(entry.key.toLowerCase(), earlier);
    if (first === undefined) return [];
    const where = `The first is at ${pathText(first.path)}`;
    const advice = suggestion === undefined ? where : `${where}. ${suggestion}`;
    return [{ path: entry.path, at: 'value', message: sentence(entry.key), suggestion: advice }];
  });
}
