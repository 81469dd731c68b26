import { LineCounter, isScalar, parseAllDocuments, type Document } from 'yaml';
import { withSuggestion, type Mistake, type Problem } from './mistake.ts';
import { offsetOf } from './yaml-positions.ts';
import { writingProblems } from './yaml-problems.ts';

/** A place in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export type PlacedProblem = Problem & Place;

/** What a text says, with the place of each part of it, and what is wrong with how it is written. */
export interface ReadText {
  readonly problems: readonly PlacedProblem[];
  /** Absent where the text is no YAML. */
  readonly content?: { readonly value: unknown; readonly place: (mistake: Mistake) => Place };
}

/** Uses of an anchor, as `yaml` counts them: more than the largest plan needs, few enough to stop a bomb. */
const maxAliasCount = 20_000;

/** Reads one YAML or JSON document. Merge keys (`<<`) work. */
export function readText(text: string): ReadText {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [document, second] = documentsIn(text, lines);
  if (document === undefined) return { problems: [{ message: 'the file is empty', ...place(0) }] };
  if (second !== undefined) {
    const message = 'a second document starts here; a plan is one document';
    return { problems: [{ message, suggestion: 'Keep one plan in one file', ...place(second.range[0]) }] };
  }
  const written = writingProblems(document);
  const problems = written.map(({ offset, message, suggestion }) => ({
    message,
    ...withSuggestion(suggestion),
    ...place(offset),
  }));
  if (written.some(({ isFatal }) => isFatal)) return { problems };
  try {
    const value: unknown = document.toJS({ maxAliasCount });
    return { problems, content: { value, place: (mistake) => place(offsetOf(document, mistake)) } };
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    return {
      problems: [{ message: 'anchors are used in anchors so often that the file is refused', ...place(0) }],
    };
  }
}

/** The documents that say anything. */
function documentsIn(text: string, lineCounter: LineCounter): Document.Parsed[] {
  const documents = parseAllDocuments(text, {
    lineCounter,
    merge: true,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const isNothing = (contents: unknown) =>
    contents === null || (isScalar(contents) && contents.value === null);
  return [...documents].filter(({ contents, errors }) => !isNothing(contents) || errors.length > 0);
}
