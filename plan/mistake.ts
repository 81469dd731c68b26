/** Keys and list indices from the top of the plan. */
export type Path = readonly (string | number)[];

/** What is wrong, in a sentence without its full stop, and what to do about it. */
export interface Problem {
  readonly message: string;
  readonly suggestion?: string;
}

/** Something wrong with a plan, not yet placed in a file. */
export interface Mistake extends Problem {
  readonly path: Path;
  /** Whether the key at the end of `path` is wrong, what stands there, or that nothing stands there. */
  readonly at: 'key' | 'value' | 'missing';
  /** For an unknown key: the key that was probably meant. */
  readonly meant?: string;
}

/** A path as people write it: `groups[0].vms[2].target`. */
export function pathText(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/** Makes an optional suggestion a property, present only where there is one. */
export function withSuggestion(suggestion: string | undefined): { readonly suggestion?: string } {
  return suggestion === undefined ? {} : { suggestion };
}
