import type { AdaptationName } from '../../plan/index.ts';
import { lastLines } from '../mobility/machine-script.ts';
import { sections } from '../systems-manager/sections.ts';

/**
 * One thing that makes a guest from EC2 live in Azure. Done twice it is the same. Its lines end by printing a verdict:
 * `changed`, `unchanged`, `left: why` where it could not and need not be, `failed: why`.
 */
export interface Adaptation {
  /** Counted up with each change of the lines: a story tells what ran. */
  readonly version: number;
  readonly lines: readonly string[];
}

/** What one adaptation came to. */
export interface AdaptationResult {
  readonly name: string;
  readonly version: number;
  readonly outcome: 'changed' | 'unchanged' | 'left' | 'failed';
  /** Why, where it is not as wanted. */
  readonly detail?: string;
}

/** Adaptations by their names, in the order in which they run. */
export type Adaptations = readonly (readonly [AdaptationName, Adaptation])[];

/** The adaptations as one script: each run command costs the cutover the better part of a minute. */
export function adaptingScript(
  adaptations: Adaptations,
  heading: (name: string) => string,
): readonly string[] {
  return adaptations.flatMap(([name, { lines }]) => [heading(name), ...lines]);
}

/** Reads what the script printed. One that printed nothing was not come to. */
export function adaptingResults(adaptations: Adaptations, output: string): readonly AdaptationResult[] {
  const told = sections(output);
  return adaptations.map(([name, { version }]) => ({
    ...{ name, version },
    ...verdict(told.get(name) ?? []),
  }));
}

function verdict(lines: readonly string[]): Pick<AdaptationResult, 'outcome' | 'detail'> {
  const [, outcome, detail] = /^(changed|unchanged|left|failed)(?:: (.*))?$/.exec(lines.at(-1) ?? '') ?? [];
  if (outcome === 'changed' || outcome === 'unchanged') return { outcome };
  if (outcome === 'left' || outcome === 'failed') return { outcome, detail: detail ?? '' };
  return { outcome: 'failed', detail: lastLines(lines.join('\n')) || 'it has printed nothing' };
}
