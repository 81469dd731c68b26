import { readFile } from 'node:fs/promises';
import { checkPlan } from './check-plan.ts';
import { InvalidPlan, type PlanError } from './invalid-plan.ts';
import { pathText, withSuggestion, type Problem } from './mistake.ts';
import type { Plan } from './schema.ts';
import { readText, type Place } from './yaml-text.ts';

/**
 * Reads a plan file, YAML or JSON, in UTF-8.
 * @throws `InvalidPlan` with every mistake and its place; also where the file cannot be read.
 */
export async function loadPlan(file: string): Promise<Plan> {
  const { problems, content } = readText(await textOf(file));
  const inWriting = problems.map(({ line, column, ...problem }) =>
    placed(file, { line, column }, '', problem),
  );
  if (content === undefined) throw new InvalidPlan(inWriting);
  const checked = checkPlan(content.value);
  if (checked.ok && inWriting.length === 0) return checked.plan;
  const inPlan = checked.ok
    ? []
    : checked.mistakes.map((mistake) =>
        placed(file, content.place(mistake), pathText(mistake.path), mistake),
      );
  throw new InvalidPlan(inOrder([...inWriting, ...inPlan]));
}

/** In the order of the file. A mistake under an anchor is one mistake, however often the anchor is used. */
function inOrder(errors: readonly PlanError[]): PlanError[] {
  const key = ({ line, column, message }: PlanError) => `${line}:${column} ${message}`;
  const first = new Map(errors.toReversed().map((error) => [key(error), error]));
  return errors
    .filter((error) => first.get(key(error)) === error)
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function placed(file: string, place: Place, path: string, { message, suggestion }: Problem): PlanError {
  return { file, ...place, path, message, ...withSuggestion(suggestion) };
}

const readErrors: Readonly<Record<string, Problem>> = {
  ENOENT: {
    message: 'there is no such file',
    suggestion: 'Look at the path; it is relative to the working directory',
  },
  EISDIR: { message: 'this is a folder, not a file', suggestion: 'Name the plan file in it' },
  EACCES: { message: 'the file may not be read', suggestion: 'Look at its permissions' },
};

async function textOf(file: string): Promise<string> {
  const nowhere = { line: 0, column: 0 };
  const bytes = await readFile(file).catch((cause: unknown) => {
    const problem = readErrors[codeOf(cause)] ?? { message: `the file cannot be read: ${String(cause)}` };
    throw new InvalidPlan([placed(file, nowhere, '', problem)]);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const problem = { message: 'the file is not UTF-8 text', suggestion: 'Save it as UTF-8' };
    throw new InvalidPlan([placed(file, nowhere, '', problem)]);
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
