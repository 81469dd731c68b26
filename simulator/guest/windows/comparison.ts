import { PowerShellError } from './session.ts';
import { EnumValue, text } from './values.ts';
import type { Value } from './values.ts';

const comparisons: ReadonlyMap<string, (left: Value, right: Value) => boolean> = new Map([
  ['-eq', (left: Value, right: Value) => same(left, right)],
  ['-ne', (left: Value, right: Value) => !same(left, right)],
  ['-gt', (left: Value, right: Value) => Number(left) > Number(right)],
  ['-ge', (left: Value, right: Value) => Number(left) >= Number(right)],
  ['-lt', (left: Value, right: Value) => Number(left) < Number(right)],
  ['-le', (left: Value, right: Value) => Number(left) <= Number(right)],
  ['-like', (left: Value, right: Value) => wildcard(text(right)).test(text(left))],
  ['-match', (left: Value, right: Value) => expression(text(right)).test(text(left))],
]);

/** True for an operator such as `-eq`. */
export function isComparison(word: string): boolean {
  return comparisons.has(word.toLowerCase());
}

/** What a comparison comes to; text is compared without case. */
export function compare(operator: string, left: Value, right: Value): boolean {
  return comparisons.get(operator.toLowerCase())?.(left, right) ?? false;
}

/** `*` and `?` as PowerShell reads them in names and paths. */
export function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i');
}

/** @throws PowerShellError for what is no regular expression. */
function expression(source: string): RegExp {
  try {
    return new RegExp(source, 'i');
  } catch {
    throw new PowerShellError(`parsing "${source}" failed.`, 'System.ArgumentException');
  }
}

/** A name of an enumeration is as good as its number. */
function same(left: Value, right: Value): boolean {
  if (left instanceof EnumValue && typeof right === 'number') return left.number === right;
  if (right instanceof EnumValue && typeof left === 'number') return right.number === left;
  return text(left).toLowerCase() === text(right).toLowerCase();
}
