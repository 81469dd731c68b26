import { AwsError, invalidValue } from './aws-error.ts';
import type { Shape } from './wire-shape.ts';

/** A request's parameters as they nest: `Filter.1.Value.2=x` is `Filter` → `1` → `Value` → `2` → `x`. */
interface Node {
  readonly path: string;
  text?: string;
  readonly children: Map<string, Node>;
}

/**
 * Reads a request's form by the shape of the action's input: lists are flat and numbered, numbers and booleans are read.
 * @throws AwsError `UnknownParameter`, `InvalidParameterValue`, `MalformedQueryString` (a parameter given twice).
 */
export function readForm(form: URLSearchParams, shape: Shape): Record<string, unknown> {
  const root: Node = { path: '', children: new Map() };
  for (const [key, value] of form) {
    if (key !== 'Action' && key !== 'Version') place(root, key, value);
  }
  return shape.kind === 'structure' ? readStructure(root, shape) : {};
}

function place(root: Node, key: string, value: string): void {
  let node = root;
  for (const part of key.split('.')) {
    const next = node.children.get(part) ?? {
      path: node.path === '' ? part : `${node.path}.${part}`,
      children: new Map(),
    };
    node.children.set(part, next);
    node = next;
  }
  if (node.text !== undefined) {
    throw new AwsError('MalformedQueryString', `The parameter ${key} may only be specified once.`);
  }
  node.text = value;
}

function read(node: Node, shape: Shape): unknown {
  if (shape.kind === 'structure') return readStructure(node, shape);
  if (shape.kind === 'list') return readList(node, shape);
  if (node.children.size > 0) throw unknownParameter([...node.children.values()][0] ?? node);
  return readScalar(node, shape);
}

function readStructure(node: Node, shape: Extract<Shape, { kind: 'structure' }>): Record<string, unknown> {
  const members = new Map(shape.members().map((member) => [member.queryName, member]));
  const result: Record<string, unknown> = {};
  for (const [key, child] of node.children) {
    const member = members.get(key);
    if (member === undefined) throw unknownParameter(child);
    result[member.name] = read(child, member.shape);
  }
  return result;
}

function readList(node: Node, shape: Extract<Shape, { kind: 'list' }>): readonly unknown[] {
  const item = shape.item();
  const numbered = [...node.children].map(([key, child]) => {
    if (!/^\d+$/.test(key)) throw unknownParameter(child);
    return { at: Number(key), child };
  });
  return numbered.sort((a, b) => a.at - b.at).map(({ child }) => read(child, item));
}

function readScalar(node: Node, shape: Shape): unknown {
  const text = node.text ?? '';
  if (shape.kind === 'boolean') {
    if (/^(true|1)$/i.test(text)) return true;
    if (/^(false|0)$/i.test(text)) return false;
    throw invalidValue(`Invalid value '${text}' for ${node.path}. Must be a boolean`);
  }
  if (shape.kind === 'number') {
    if (!/^-?\d+$/.test(text))
      throw invalidValue(`Invalid value '${text}' for ${node.path}. Must be a number`);
    return Number(text);
  }
  return text;
}

function unknownParameter(node: Node): AwsError {
  return new AwsError('UnknownParameter', `The parameter ${node.path} is not recognized`);
}
