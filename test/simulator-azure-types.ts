import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const folder = fileURLToPath(new URL('../../shared/data/azure-types/', import.meta.url));

/** False, or why the checks against Microsoft's published types can't run here. */
export const typesAreAbsent = existsSync(folder) ? false : `${folder} is not there`;

const property = z.object({ type: z.number(), flags: z.number().optional() });
const typeSchema = z.discriminatedUnion('$type', [
  z.object({
    $type: z.literal('ObjectType'),
    properties: z.record(z.string(), property),
    additionalProperties: z.number().optional(),
  }),
  z.object({
    $type: z.literal('DiscriminatedObjectType'),
    discriminator: z.string(),
    baseProperties: z.record(z.string(), property),
    elements: z.record(z.string(), z.number()),
  }),
  z.object({ $type: z.literal('ArrayType'), itemType: z.number() }),
  z.object({ $type: z.literal('UnionType'), elements: z.array(z.number()) }),
  z.object({ $type: z.literal('StringLiteralType'), value: z.string() }),
  z.object({ $type: z.literal('StringType') }),
  z.object({ $type: z.literal('IntegerType') }),
  z.object({ $type: z.literal('BooleanType') }),
  z.object({ $type: z.literal('AnyType') }),
]);
type Type = z.infer<typeof typeSchema>;

const libraryShape = z.object({
  types: z.array(typeSchema),
  resources: z.record(z.string(), z.object({ body: z.number() })),
});

/** Microsoft's published types of one resource provider, in bicep's format. */
export class AzureTypes {
  readonly #types: readonly Type[];
  readonly #bodies: ReadonlyMap<string, number>;

  /** @param library file without its endings, e.g. `siterecovery`. */
  constructor(library: string) {
    const text = gunzipSync(readFileSync(`${folder}${library}.json.gz`)).toString('utf8');
    const { types, resources } = libraryShape.parse(JSON.parse(text));
    this.#types = types;
    this.#bodies = new Map(Object.entries(resources).map(([name, { body }]) => [name, body]));
  }

  /** True where a resource type is in the library. */
  has(resourceType: string): boolean {
    return this.#bodies.has(resourceType.toLowerCase());
  }

  /**
   * Compares a resource's body with its published type.
   * @returns a complaint for each property that the type does not have (`properties.x: unknown`) or has differently.
   * Null stands for "nothing" anywhere, as in recorded answers.
   */
  complaints(resourceType: string, body: unknown): string[] {
    const index = this.#bodies.get(resourceType.toLowerCase());
    if (index === undefined) return [`no published type ${resourceType}`];
    return this.#check(index, body, '').toSorted();
  }

  #check(index: number, value: unknown, at: string): string[] {
    const type = this.#types[index];
    if (type === undefined || value === null || value === undefined) return [];
    switch (type.$type) {
      case 'AnyType':
        return [];
      case 'ArrayType':
        if (!Array.isArray(value)) return [`${at}: not an array`];
        return [...new Set(value.flatMap((element) => this.#check(type.itemType, element, `${at}[]`)))];
      case 'UnionType': {
        const tried = type.elements.map((element) => this.#check(element, value, at));
        return tried.find((complaints) => complaints.length === 0) ?? tried[0] ?? [];
      }
      case 'ObjectType':
        return this.#checkObject(type.properties, type.additionalProperties, value, at);
      case 'DiscriminatedObjectType':
        return this.#checkDiscriminated(type, value, at);
      default:
        return matchesPlain(type, value) ? [] : [`${at}: ${JSON.stringify(value)} is no ${plainName(type)}`];
    }
  }

  #checkObject(
    properties: Readonly<Record<string, z.infer<typeof property>>>,
    additional: number | undefined,
    value: unknown,
    at: string,
  ): string[] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: not an object`];
    return Object.entries(value).flatMap(([name, inner]) => {
      const place = at === '' ? name : `${at}.${name}`;
      const type = properties[name]?.type ?? additional;
      return type === undefined ? [`${place}: unknown`] : this.#check(type, inner, place);
    });
  }

  #checkDiscriminated(
    type: Extract<Type, { $type: 'DiscriminatedObjectType' }>,
    value: unknown,
    at: string,
  ): string[] {
    const tag = z.record(z.string(), z.unknown()).safeParse(value).data?.[type.discriminator];
    const element = typeof tag === 'string' ? type.elements[tag] : undefined;
    if (element === undefined)
      return [`${at}.${type.discriminator}: ${JSON.stringify(tag)} is none of its kinds`];
    const own = this.#types[element];
    const properties = own?.$type === 'ObjectType' ? own.properties : {};
    return this.#checkObject({ ...type.baseProperties, ...properties }, undefined, value, at);
  }
}

const examplesShape = z.object({ examples: z.array(z.object({ example: z.string(), body: z.unknown() })) });

/** The body of an official example, or of a recording, by its name. */
export function recordedBody(name: string): unknown {
  const text = gunzipSync(readFileSync(`${folder}examples.json.gz`)).toString('utf8');
  const { examples } = examplesShape.parse(JSON.parse(text));
  return examples.find(({ example }) => example === name)?.body;
}

function matchesPlain(type: Type, value: unknown): boolean {
  if (type.$type === 'StringLiteralType') return value === type.value;
  if (type.$type === 'IntegerType') return typeof value === 'number'; // fractions too: the format has no other number
  return typeof value === (type.$type === 'BooleanType' ? 'boolean' : 'string');
}

function plainName(type: Type): string {
  return type.$type === 'StringLiteralType' ? `'${type.value}'` : type.$type.replace('Type', '');
}
