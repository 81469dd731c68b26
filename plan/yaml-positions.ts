import { isAlias, isMap, isScalar, isSeq, type Document, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Mistake, Path } from './mistake.ts';

/** The offset in the text of what a mistake is about; of the nearest thing around it, where nothing stands there. */
export function offsetOf(document: Document, { path, at }: Pick<Mistake, 'path' | 'at'>): number {
  const last = path.at(-1);
  if (at === 'key' && typeof last === 'string') {
    const mapping = follow(document, document.contents, path.slice(0, -1));
    const key = isMap(mapping) ? pairOf(document, mapping, last)?.key : undefined;
    if (isScalar(key)) return startOf(key);
  }
  return startOf(follow(document, document.contents, path));
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

/** The node at a path below `node`, or the last one on the way there. */
function follow(document: Document, node: Node | null, path: Path): Node | null {
  const here = isAlias(node) ? (node.resolve(document) ?? node) : node;
  const [step, ...rest] = path;
  const next = step === undefined ? undefined : childOf(document, here, step);
  return next === undefined ? here : follow(document, next, rest);
}

function childOf(document: Document, node: Node | null, step: string | number): Node | undefined {
  if (isMap(node)) return asNode(pairOf(document, node, String(step))?.value);
  return isSeq(node) && typeof step === 'number' ? asNode(node.items[step]) : undefined;
}

/** The pair that a key comes from: the mapping's own, or one that it merges in. */
function pairOf(document: Document, mapping: YAMLMap, key: string): Pair | undefined {
  const own = mapping.items.findLast((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  if (own !== undefined) return own;
  return mapping.items
    .filter((pair) => isScalar(pair.key) && pair.key.source === '<<')
    .flatMap((pair) => (isSeq(pair.value) ? pair.value.items : [pair.value]))
    .map((merged) => (isAlias(merged) ? merged.resolve(document) : merged))
    .flatMap((merged) => (isMap(merged) ? (pairOf(document, merged, key) ?? []) : []))[0];
}

function asNode(value: unknown): Node | undefined {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value) ? value : undefined;
}
