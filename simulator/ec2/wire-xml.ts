import type { Shape } from './wire-shape.ts';

const namespace = 'http://ec2.amazonaws.com/doc/2016-11-15/';
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/**
 * Writes an answer as EC2 does: `<XResponse xmlns><requestId/>…`. An action without a result answers `<return>true</return>`.
 * Times may be `Date` or text that a `Date` can be made of; fields that the shape does not have are left out.
 */
export function writeAnswer(action: string, requestId: string, shape: Shape, result: unknown): string {
  const body = shape.kind === 'unit' ? '<return>true</return>' : content(shape, result);
  return `${declaration}<${action}Response xmlns="${namespace}"><requestId>${escape(requestId)}</requestId>${body}</${action}Response>`;
}

/** Writes an error as EC2 does: `<Response><Errors><Error>…</Error></Errors><RequestID/></Response>`. */
export function writeError(requestId: string, code: string, message: string): string {
  const error = `<Error>${element('Code', escape(code))}${element('Message', escape(message))}</Error>`;
  return `${declaration}<Response><Errors>${error}</Errors><RequestID>${escape(requestId)}</RequestID></Response>`;
}

/** Text that may stand between two tags: escaped, and without the characters that XML 1.0 cannot hold. */
export function escape(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;');
}

function content(shape: Shape, value: unknown): string {
  switch (shape.kind) {
    case 'structure':
      return isRecord(value) ? structureContent(shape, value) : '';
    case 'list':
      return Array.isArray(value) ? listContent(shape, value) : '';
    case 'timestamp':
      return timestamp(value);
    default:
      return escape(String(value));
  }
}

function structureContent(
  shape: Extract<Shape, { kind: 'structure' }>,
  value: Record<string, unknown>,
): string {
  let xml = '';
  for (const { name, xmlName, shape: inner } of shape.members()) {
    const field = value[name];
    if (field !== undefined && field !== null) xml += element(xmlName, content(inner, field));
  }
  return xml;
}

function listContent(shape: Extract<Shape, { kind: 'list' }>, values: readonly unknown[]): string {
  const item = shape.item();
  return values.map((value) => element(shape.itemName, content(item, value))).join('');
}

function element(name: string, inner: string): string {
  return inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`;
}

function timestamp(value: unknown): string {
  const time = value instanceof Date ? value : new Date(String(value));
  if (Number.isNaN(time.getTime())) throw new Error(`not a time: ${String(value)}`);
  return time.toISOString();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
