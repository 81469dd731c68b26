/** What flows through a pipeline of PowerShell. */
export type Value = string | number | boolean | null | EnumValue | PsObject | readonly Value[];

/** A name with a number behind it: text shows the name, JSON of Windows PowerShell the number. */
export class EnumValue {
  readonly name: string;
  readonly number: number;

  constructor(name: string, number: number) {
    this.name = name;
    this.number = number;
  }

  toJSON(): number {
    return this.number;
  }
}

export interface PsObject {
  readonly [property: string]: Value;
}

/** True for several values. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** True for an object with properties. */
export function isObject(value: Value): value is PsObject {
  return typeof value === 'object' && value !== null && !isList(value) && !(value instanceof EnumValue);
}

/** A property by its name, in any case; `null` where there is none, as PowerShell has it. */
export function property(value: Value, name: string): Value {
  if (isList(value)) {
    if (name.toLowerCase() === 'count' || name.toLowerCase() === 'length') return value.length;
    return value.map((item) => property(item, name));
  }
  if (!isObject(value)) return null;
  const key = Object.keys(value).find((own) => own.toLowerCase() === name.toLowerCase());
  return key === undefined ? null : (value[key] ?? null);
}

/** A value as one of text's places shows it. */
export function text(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof EnumValue) return value.name;
  if (isList(value)) return value.map(text).join(' ');
  if (isObject(value))
    return `@{${Object.entries(value)
      .map(([key, own]) => `${key}=${text(own)}`)
      .join('; ')}}`;
  return String(value);
}

/** A value as a script's output shows it, line by line. Objects come as a list of their properties. */
export function outputLines(value: Value): string[] {
  if (value === null) return [];
  if (isList(value)) return value.flatMap(outputLines);
  if (!isObject(value)) return text(value).split(/\r?\n/);
  const width = Math.max(...Object.keys(value).map((key) => key.length));
  return ['', ...Object.entries(value).map(([key, own]) => `${key.padEnd(width)} : ${text(own)}`), ''];
}

/** What PowerShell takes for true. */
export function isTruthy(value: Value): boolean {
  if (isList(value)) return value.length > 1 || isTruthy(value[0] ?? null);
  return value !== null && value !== '' && value !== 0 && value !== false;
}
