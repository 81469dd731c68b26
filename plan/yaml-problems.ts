import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  visit,
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
    ...(syntaxProblems[code] ?? { message: `this is no YAML: ${message}` }),
    offset,
    isFatal: true,
  }));
  const tags = document.warnings.map(({ message, pos: [offset] }) => ({ message, offset, isFatal: false }));
  return firstPerPlace([...syntax, ...tags, ...structureProblems(document)]);
}

const indentation: Problem = {
  message: 'this is no YAML: a key inside a value',
  suggestion: 'Look at the indentation, and put text that has a colon in quotes',
};

const syntaxProblems: Readonly<Record<string, Problem>> = {
  TAB_AS_INDENT: { message: 'a tab cannot indent YAML', suggestion: 'Use spaces' },
  BLOCK_AS_IMPLICIT_KEY: indentation,
  MULTILINE_IMPLICIT_KEY: indentation,
  BAD_SCALAR_START: {
    message: 'this is no YAML: text cannot start with this character',
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
  visit(document, {
    Map: (_key, mapping) => void problems.push(...repeatedKeys(mapping)),
    Pair: (_key, pair) => void problems.push(...pairProblems(document, pair)),
    Alias: (_key, alias, above) => {
      const source = alias.resolve(document);
      if (source === undefined) problems.push(fatal(alias, `there is no anchor \`${alias.source}\` above`));
      else if (above.includes(source))
        problems.push(fatal(alias, `the anchor \`${alias.source}\` contains itself`));
    },
  });
  return problems;
}

function repeatedKeys({ items }: YAMLMap): WritingProblem[] {
  const keys = items.flatMap(({ key }) => (isScalar(key) ? [key] : []));
  return keys.flatMap((key, index) => {
    const isFirst = keys.findIndex((other) => String(other.value) === String(key.value)) === index;
    if (isFirst) return [];
    return [{ ...fatal(key, `\`${String(key.value)}\` stands twice in one mapping`), isFatal: false }];
  });
}

function pairProblems(document: Document, { key, value }: Pair): WritingProblem[] {
  if (!isScalar(key)) return isNode(key) ? [fatal(key, 'a key must be text')] : [];
  if (key.value !== '<<' && key.source !== '<<') return [];
  const sources = isSeq(value) ? value.items : [value];
  const isMerge = sources.every((source) =>
    isMap(isAlias(source) ? (source.resolve(document) ?? source) : source),
  );
  return isMerge ? [] : [fatal(key, '`<<` merges mappings only')];
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}

function fatal(node: Node, message: string): WritingProblem {
  return { message, offset: node.range?.[0] ?? 0, isFatal: true };
}
