import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { azureSectionSchema } from './arm/azure-section.ts';
import { rateLimitsSchema } from './arm/rate-limits.ts';
import { durationsSchema } from './durations.ts';
import { awsSectionSchema } from './ec2/index.ts';
import { faultSchema } from './faults.ts';

/** A scenario file, as a person writes it. */
export const scenarioSchema = z.strictObject({
  /** The clouds' own time when the story begins. */
  start: z.coerce.date().default(new Date('2026-03-01T20:00:00Z')),
  aws: awsSectionSchema.prefault({}),
  azure: azureSectionSchema,
  durations: durationsSchema.prefault({}),
  rateLimits: rateLimitsSchema.prefault({}),
  /** Faults that wait from the beginning; more come with `POST /_portage/faults`. */
  faults: z.array(faultSchema).default([]),
});

/** Both clouds as a scenario file describes them. */
export interface Scenario extends z.infer<typeof scenarioSchema> {
  /** Folder of the file: paths in it are relative to that. */
  readonly folder: string;
}

/**
 * Reads a scenario file, YAML or JSON.
 * @throws Error that names the file and, for each thing wrong with it, line, column and what was expected.
 */
export async function loadScenario(path: string): Promise<Scenario> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Error(
      `Cannot read the scenario ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  return parseScenario(text, path);
}

/** Reads a scenario's text. @param path where it comes from: for errors, and for the paths in it. */
export function parseScenario(text: string, path: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken !== undefined) throw new Error(`${path}: ${broken.message}`);
  const read = scenarioSchema.safeParse(document.toJS());
  if (read.success) return { ...read.data, folder: dirname(resolve(path)) };
  const wrong = read.error.issues.map(({ path: place, message }) => {
    const { line, col } = lines.linePos(offsetOf(document, place));
    return `${path}:${line}:${col}: ${place.join('.') || 'scenario'}: ${message}`;
  });
  throw new Error(wrong.join('\n'));
}

/** Where in the text a value stands, or the nearest thing around it that is there. */
function offsetOf(document: ReturnType<typeof parseDocument>, place: readonly PropertyKey[]): number {
  for (let depth = place.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(place.slice(0, depth), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return Number(node.range[0]);
    }
  }
  return 0;
}
