import type { DescribeInstances$ } from '@aws-sdk/client-ec2';

/** A wire schema as `@aws-sdk/client-ec2` exports it for an operation: name, input and output. */
export type OperationSchema = typeof DescribeInstances$;
type SchemaRef = OperationSchema[4];

/** What a value is on the wire. */
export type Shape =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'timestamp' | 'unit' }
  | { readonly kind: 'list'; readonly itemName: string; readonly item: () => Shape }
  | { readonly kind: 'map'; readonly value: () => Shape }
  | { readonly kind: 'structure'; readonly members: () => readonly Member[] };

/** One field of a structure, with its names in the SDK, in an answer and in a request's form. */
export interface Member {
  readonly name: string;
  readonly xmlName: string;
  readonly queryName: string;
  readonly shape: Shape;
}

const shapes = new WeakMap<object, Shape>();

/**
 * Reads one of the SDK's wire schemas (nested tuples: kind, namespace, name, traits, …) as a shape. What the SDK
 * understands of an answer and what this simulator writes are so the same, field by field.
 * @throws Error for a schema that neither EC2's protocol nor Systems Manager's has a form for.
 */
export function shapeOf(ref: SchemaRef): Shape {
  const schema = typeof ref === 'function' ? ref() : ref;
  if (schema === 'unit') return { kind: 'unit' };
  if (typeof schema === 'number') return simpleShape(schema);
  if (!Array.isArray(schema)) throw new Error(`no wire shape for ${schema.getName() ?? 'an unnamed schema'}`);
  const known = shapes.get(schema);
  if (known !== undefined) return known;
  const shape = compoundShape(schema);
  shapes.set(schema, shape);
  return shape;
}

function compoundShape(schema: Extract<SchemaRef, readonly unknown[]>): Shape {
  if (schema.length === 2) return shapeOf(schema[0]);
  if (schema[0] === 0) return shapeOf(schema[4]);
  if (schema[0] === 1) return listShape(schema[4]);
  if (schema[0] === 2) return mapShape(schema[5]);
  if (schema[0] === 3) return structureShape(schema[4], schema[5]);
  throw new Error(`no wire shape for ${schema[2]}`);
}

/** Codes from 64 on are lists of a simple schema, 64 above its own code; such a list has no item name. From 128 on they are maps. */
function simpleShape(code: number): Shape {
  if (code >= 128) return { kind: 'map', value: () => simpleShape(code - 128) };
  if (code >= 64) return { kind: 'list', itemName: 'member', item: () => simpleShape(code - 64) };
  if (code === 0 || code === 21) return { kind: 'string' }; // 21 is bytes, which travel as base64 text
  if (code === 1) return { kind: 'number' };
  if (code === 2) return { kind: 'boolean' };
  if (code >= 4 && code <= 7) return { kind: 'timestamp' };
  throw new Error(`no wire shape for the simple schema ${code}`);
}

function listShape(itemRef: SchemaRef): Shape {
  const { xmlName } = traitsOf(itemRef);
  return { kind: 'list', itemName: xmlName ?? 'item', item: () => shapeOf(itemRef) };
}

function mapShape(valueRef: SchemaRef): Shape {
  return { kind: 'map', value: () => shapeOf(valueRef) };
}

function structureShape(names: readonly string[], refs: readonly SchemaRef[]): Shape {
  let members: readonly Member[] | undefined;
  const read = () => names.map((name, at) => memberOf(name, refs[at] ?? 'unit'));
  return { kind: 'structure', members: () => (members ??= read()) };
}

function memberOf(name: string, ref: SchemaRef): Member {
  const { xmlName = name, queryName } = traitsOf(ref);
  return { name, xmlName, queryName: queryName ?? capitalized(xmlName), shape: shapeOf(ref) };
}

function traitsOf(ref: SchemaRef): { readonly xmlName?: string; readonly queryName?: string } {
  if (!Array.isArray(ref) || ref.length !== 2 || typeof ref[1] !== 'object') return {};
  const { xmlName, ec2QueryName } = ref[1];
  return {
    ...(xmlName === undefined ? {} : { xmlName }),
    ...(typeof ec2QueryName === 'string' ? { queryName: ec2QueryName } : {}),
  };
}

function capitalized(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
