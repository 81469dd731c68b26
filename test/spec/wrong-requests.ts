import { isObject, pathOf, resolve } from './check-mapper.ts';
import type { Mapper, Models } from './sdk-specs.ts';

/** A request that the types do not allow, made of one that they do. */
export interface WrongRequest {
  /** What is wrong with it: `properties.policyId: missing`. */
  readonly wrong: string;
  readonly body: unknown;
}

/**
 * Every way to leave one required property out of a body, and to write a discriminator in small letters, which the service
 * does not take for the same.
 */
export function wrongRequests(body: unknown, mapper: Mapper, models: Models): readonly WrongRequest[] {
  return wrongIn(body, mapper, models, '');
}

function wrongIn(body: unknown, mapper: Mapper, models: Models, at: string): readonly WrongRequest[] {
  const { element, name } = mapper.type;
  if (Array.isArray(body) && name === 'Sequence' && element !== undefined) {
    const elements: readonly unknown[] = body;
    return elements.flatMap((each, index) =>
      wrongIn(each, element, models, `${at}[]`).map(({ wrong, body: changed }) => ({
        wrong,
        body: elements.map((other, position) => (position === index ? changed : other)),
      })),
    );
  }
  if (!isObject(body) || name !== 'Composite') return [];
  const resolved = resolve(body, mapper, models);
  if (typeof resolved === 'string') return [];
  const { modelProperties = {}, polymorphicDiscriminator } = resolved.type;
  const inside = Object.entries(modelProperties).flatMap(([key, property]) => {
    const [first = key, ...rest] = pathOf(property.serializedName ?? key);
    if (rest.length > 0 || body[first] === undefined) return [];
    const place = at === '' ? first : `${at}.${first}`;
    const deeper = wrongIn(body[first], property, models, place).map(({ wrong, body: changed }) => ({
      wrong,
      body: { ...body, [first]: changed },
    }));
    if (property.required !== true) return deeper;
    return [{ wrong: `${place}: missing`, body: { ...body, [first]: undefined } }, ...deeper];
  });
  const kind = polymorphicDiscriminator?.serializedName;
  const value = kind === undefined ? undefined : body[kind];
  if (kind === undefined || typeof value !== 'string') return inside;
  const small = { wrong: `${at}.${kind}: small letters`, body: { ...body, [kind]: value.toLowerCase() } };
  return [...inside, small];
}
