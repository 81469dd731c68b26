import type { Mapper, Models } from './sdk-specs.ts';

/**
 * Compares a JSON body with what the SDK's mappers know of it.
 * @returns a complaint for each property that they do not list, have differently, or require and do not find. Null stands
 * for "nothing" anywhere, as in recorded answers.
 */
export function mapperComplaints(body: unknown, mapper: Mapper, models: Models, at = ''): string[] {
  if (body === null || body === undefined) return [];
  const { type } = mapper;
  switch (type.name) {
    case 'Composite':
      return compositeComplaints(body, mapper, models, at);
    case 'Sequence': {
      if (!Array.isArray(body)) return [`${at}: not an array`];
      const { element } = type;
      const elements: readonly unknown[] = body;
      return element === undefined
        ? []
        : unique(elements.flatMap((each) => mapperComplaints(each, element, models, `${at}[]`)));
    }
    case 'Dictionary': {
      const { value } = type;
      if (value === undefined || !isObject(body)) return value === undefined ? [] : [`${at}: not an object`];
      return unique(Object.values(body).flatMap((each) => mapperComplaints(each, value, models, `${at}.*`)));
    }
    case 'Enum':
      return type.allowedValues?.includes(body) === true
        ? []
        : [`${at}: ${JSON.stringify(body)} is no value`];
    default:
      return plainComplaints(body, type.name, at);
  }
}

function compositeComplaints(body: unknown, mapper: Mapper, models: Models, at: string): string[] {
  if (!isObject(body)) return [`${at}: not an object`];
  const resolved = resolve(body, mapper, models);
  if (typeof resolved === 'string') return [`${at}${resolved}`];
  const { modelProperties = {}, additionalProperties } = resolved.type;
  const known = Object.entries(modelProperties).map(([name, property]) => ({
    path: pathOf(property.serializedName ?? name),
    property,
  }));
  const missing = known
    .filter(({ path, property }) => property.required === true && valueAt(body, path) === undefined)
    .map(({ path }) => `${place(at, path)}: missing`);
  const present = known.flatMap(({ path, property }) =>
    mapperComplaints(valueAt(body, path), property, models, place(at, path)),
  );
  const unknown =
    additionalProperties === undefined
      ? Object.keys(body)
          .filter((name) => !known.some(({ path }) => path[0] === name))
          .map((name) => `${place(at, [name])}: unknown`)
      : [];
  return [...missing, ...unknown, ...present];
}

/** The mapper of the very kind that a body is, or what is wrong with its discriminator. */
export function resolve(
  body: Readonly<Record<string, unknown>>,
  mapper: Mapper,
  models: Models,
): Mapper | string {
  const { className = '', modelProperties, polymorphicDiscriminator, uberParent } = mapper.type;
  const full = modelProperties === undefined ? (models.named(className) ?? mapper) : mapper;
  const discriminator = polymorphicDiscriminator ?? full.type.polymorphicDiscriminator;
  if (discriminator === undefined) return full;
  const { serializedName } = discriminator;
  const value = body[serializedName];
  if (typeof value !== 'string') return full;
  const base = uberParent ?? full.type.uberParent ?? className;
  const one = models.discriminated(`${base}.${value}`);
  return one ?? `.${serializedName}: ${JSON.stringify(value)} is none of its kinds`;
}

function plainComplaints(body: unknown, name: string, at: string): string[] {
  const wanted = {
    String: 'string',
    Number: 'number',
    Boolean: 'boolean',
    Uuid: 'string',
    TimeSpan: 'string',
    DateTime: 'string',
    Date: 'string',
    DateTimeRfc1123: 'string',
  };
  const expected = Object.entries(wanted).find(([known]) => known === name)?.[1];
  if (expected !== undefined && typeof body !== expected)
    return [`${at}: ${JSON.stringify(body)} is no ${name}`];
  const isTime = name.startsWith('Date') && typeof body === 'string' && body !== '';
  return isTime && Number.isNaN(Date.parse(body)) ? [`${at}: ${JSON.stringify(body)} is no ${name}`] : [];
}

/** A serialized name as a path: `properties.x` is two steps, `properties\\.x` one. */
export function pathOf(serializedName: string): string[] {
  return serializedName.split(/(?<!\\)\./).map((part) => part.replaceAll('\\.', '.'));
}

function valueAt(body: unknown, path: readonly string[]): unknown {
  let value = body;
  for (const name of path) value = isObject(value) ? value[name] : undefined;
  return value;
}

function place(at: string, path: readonly string[]): string {
  return [...(at === '' ? [] : [at]), ...path].join('.');
}

function unique(complaints: readonly string[]): string[] {
  return [...new Set(complaints)];
}

/** A JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
