import type { Shape } from '../ec2/wire-shape.ts';

/**
 * An answer as JSON 1.1 carries it: times are seconds since 1970, fields that the shape does not have are left out.
 * @param value what an action answers, in the SDK's words; a time is a `Date`.
 */
export function jsonOf(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'structure':
      return isRecord(value) ? structureOf(shape, value) : {};
    case 'list':
      return Array.isArray(value) ? value.map((item) => jsonOf(shape.item(), item)) : [];
    case 'map':
      return isRecord(value) ? mapOf(shape, value) : {};
    case 'timestamp':
      return value instanceof Date ? value.getTime() / 1000 : undefined;
    case 'unit':
      return {};
    default:
      return value;
  }
}

/** What a request says of the fields that the shape has; AWS ignores all others. */
export function knownFields(shape: Shape, body: unknown): Record<string, unknown> {
  if (shape.kind !== 'structure' || !isRecord(body)) return {};
  const names = new Set(shape.members().map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(body).filter(([name, value]) => names.has(name) && value !== null),
  );
}

function structureOf(
  shape: Extract<Shape, { kind: 'structure' }>,
  value: Record<string, unknown>,
): Record<string, unknown> {
  const fields = shape.members().flatMap(({ name, shape: inner }) => {
    const field = value[name];
    return field === undefined ? [] : [[name, jsonOf(inner, field)] as const];
  });
  return Object.fromEntries(fields);
}

function mapOf(shape: Extract<Shape, { kind: 'map' }>, value: Record<string, unknown>): unknown {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonOf(shape.value(), item)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
