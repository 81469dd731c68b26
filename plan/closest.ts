import { distance } from 'fastest-levenshtein';

/** The word that was probably meant: the nearest of `known` in spelling, or nothing when none is near. */
export function closest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(plain(word), plain(candidate)) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= tolerance(word) ? best.candidate : undefined;
}

/** Spelling without what people mix up: capitals, hyphens, underscores. */
function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, '');
}

function tolerance(word: string): number {
  if (word.length < 4) return 1;
  return word.length < 8 ? 2 : 3;
}
