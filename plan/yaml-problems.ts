import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  visit,
  type Alias,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { Problem } from './mistake.ts';

/** What is wrong with the writing of a file, at an offset of its text. */
export interface WritingProblem extends Problem {
  readonly offset: number;
  /** Whether what the file means cannot be known. */
  readonly isFatal: boolean;
}

/** Everything wrong with how a document is written; what it says is checked elsewhere. */
export function writingProblems(document: Document): WritingProblem[] {
  const syntax = document.errors.map(({ code, message, pos: [offset] }) => ({
    ...(syntaxProblems[code] ?? { message: `the file cannot be read: ${message}`, suggestion: punctuation }),
    offset,
    isFatal: true,
  }));
  const tags = document.warnings.map(({ message, pos: [offset] }) => ({
    ...noTags,
    message,
    offset,
    isFatal: false,
  }));
  return firstPerPlace([...syntax, ...tags, ...structureProblems(document)]);
}

const punctuation = 'Look for a missing comma, quote or bracket before this place';

const noTags = { suggestion: 'Leave the tag out: a plan has none' };

const indentation: Problem = {
  message: 'a key stands inside a value',
  suggestion: 'Look at the indentation, and put text that has a colon in quotes',
};

const syntaxProblems: Readonly<Record<string, Problem>> = {
  TAB_AS_INDENT: { message: 'a tab cannot indent YAML', suggestion: 'Use spaces' },
  BLOCK_AS_IMPLICIT_KEY: indentation,
  MULTILINE_IMPLICIT_KEY: indentation,
  BAD_SCALAR_START: {
    message: 'text cannot start with this character',
    suggestion: 'Put the text in quotes',
  },
};

/** One slip of the pen often makes several errors at one place. */
function firstPerPlace(problems: readonly WritingProblem[]): WritingProblem[] {
  return problems.filter(
    ({ offset }, index) => problems.findIndex((other) => other.offset === offset) === index,
  );
}

function structureProblems(document: Document): WritingProblem[] {
  const problems: WritingProblem[] = [];
  // In the order of the text: an alias stands for the last anchor of its name above it.
  const anchors = new Map<string, Node>();
  visit(document, {
    Pair: (_key, pair) => void problems.push(...pairProblems(pair, anchors)),
    Node: (_key, node, above) => {
      if (!isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
      if (isMap(node)) problems.push(...repeatedKeys(node));
      if (isAlias(node)) problems.push(...aliasProblems(node, anchors.get(node.source), above));
    },
  });
  return problems;
}

function aliasProblems(alias: Alias, source: Node | undefined, above: readonly unknown[]): WritingProblem[] {
  if (source === undefined) return [fatal(alias, `there is no anchor \`${alias.source}\` above`)];
  return above.includes(source) ? [fatal(alias, `the anchor \`${alias.source}\` contains itself`)] : [];
}

function repeatedKeys({ items }: YAMLMap): WritingProblem[] {
  const keys = items.flatMap(({ key }) => (isScalar(key) ? [key] : []));
  return keys.flatMap((key, index) => {
    const isFirst = keys.findIndex((other) => String(other.value) === String(key.value)) === index;
    if (isFirst) return [];
    return [{ ...fatal(key, `\`${String(key.value)}\` stands twice in one mapping`), isFatal: false }];
  });
}

function pairProblems({ key, value }: Pair, anchors: ReadonlyMap<string, Node>): WritingProblem[] {
  if (!isScalar(key)) return isNode(key) ? [fatal(key, 'a key must be text')] : [];
  if (key.source !== '<<') return [];
  const sources = isSeq(value) ? value.items : [value];
  const merged = sources.map((source) => (isAlias(source) ? anchors.get(source.source) : source));
  // An alias without its anchor is reported as such.
  const isMerge = merged.every((source) => source === undefined || isMap(source));
  return isMerge ? [] : [fatal(key, '`<<` merges mappings only')];
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}

function fatal(node: Node, message: string): WritingProblem {
  return { message, offset: node.range?.[0] ?? 0, isFatal: true };
}
