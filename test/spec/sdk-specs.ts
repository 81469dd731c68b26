import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { SiteRecoveryManagementClient } from '@azure/arm-recoveryservices-siterecovery';
import { z } from 'zod';

const mapperSchema: z.ZodType<Mapper> = z.lazy(() =>
  z.looseObject({
    serializedName: z.string().optional(),
    required: z.boolean().optional(),
    readOnly: z.boolean().optional(),
    type: z.looseObject({
      name: z.string(),
      className: z.string().optional(),
      uberParent: z.string().optional(),
      polymorphicDiscriminator: z.object({ serializedName: z.string() }).optional(),
      modelProperties: z.record(z.string(), mapperSchema).optional(),
      additionalProperties: z.unknown().optional(),
      element: mapperSchema.optional(),
      value: mapperSchema.optional(),
      allowedValues: z.array(z.unknown()).optional(),
    }),
  }),
);

/** What the SDK knows of a value on the wire. */
export interface Mapper {
  readonly serializedName?: string | undefined;
  readonly required?: boolean | undefined;
  readonly readOnly?: boolean | undefined;
  readonly type: {
    readonly name: string;
    readonly className?: string | undefined;
    readonly uberParent?: string | undefined;
    readonly polymorphicDiscriminator?: { readonly serializedName: string } | undefined;
    readonly modelProperties?: Readonly<Record<string, Mapper>> | undefined;
    readonly additionalProperties?: unknown;
    readonly element?: Mapper | undefined;
    readonly value?: Mapper | undefined;
    readonly allowedValues?: readonly unknown[] | undefined;
  };
}

const specSchema = z.looseObject({
  httpMethod: z.string(),
  path: z.string().optional(),
  responses: z.record(z.string(), z.looseObject({ bodyMapper: z.unknown().optional() })),
  requestBody: z.looseObject({ mapper: z.unknown() }).optional(),
  serializer: z.object({ modelMappers: z.record(z.string(), z.unknown()) }).optional(),
});

/** One operation as an SDK of the older kind specifies it. */
export interface OperationSpec {
  readonly method: string;
  /** The path, `{…}` where a name stands. */
  readonly path: string;
  readonly requestMapper: Mapper | undefined;
  /** By HTTP status. */
  readonly answerMappers: ReadonlyMap<number, Mapper>;
  readonly models: Models;
}

/** The mappers of a package, and which one a discriminator's value means. */
export interface Models {
  readonly named: (className: string) => Mapper | undefined;
  /** @param kind `<base type>.<value>`. */
  readonly discriminated: (kind: string) => Mapper | undefined;
}

/**
 * Every operation of the SDK packages that carry specifications, by `<Resource>_<Method>`: each method of each operation
 * group is called with nothing behind it, and what it would send is kept.
 */
export async function operationSpecs(): Promise<ReadonlyMap<string, OperationSpec>> {
  const credential = { getToken: async () => ({ token: 'none', expiresOnTimestamp: Infinity }) };
  const subscription = '00000000-0000-0000-0000-000000000000';
  const specs = new Map<string, OperationSpec>();
  for (const client of [
    new SiteRecoveryManagementClient(credential, subscription),
    new AuthorizationManagementClient(credential, subscription),
  ]) {
    await captureAll(client, specs);
  }
  return specs;
}

/** Stops a call once its specification is known. */
class Captured extends Error {}

async function captureAll(client: object, specs: Map<string, OperationSpec>): Promise<void> {
  let spec: unknown;
  Object.assign(client, {
    sendOperationRequest: async (_: unknown, captured: unknown) => {
      spec = captured;
      throw new Captured();
    },
  });
  for (const [group, operations] of Object.entries(client)) {
    if (typeof operations !== 'object' || operations === null) continue;
    for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(operations))) {
      const call: unknown = Reflect.get(operations, name);
      if (typeof call !== 'function' || !isOperation(name)) continue;
      spec = undefined;
      try {
        await Reflect.apply(
          call,
          operations,
          Array.from({ length: call.length }, () => 'x'),
        );
      } catch (error) {
        if (!(error instanceof Captured)) continue;
      }
      if (spec !== undefined) specs.set(nameOf(group, name), read(spec));
    }
  }
}

/** `_list` and `beginCreate`, but not what only pages or waits. */
function isOperation(name: string): boolean {
  return !/^(constructor|list\w*)$|Paging|AndWait$|Next$/.test(name);
}

function nameOf(group: string, method: string): string {
  const bare = method.replace(/^_|^begin/, '');
  return `${capital(group)}_${capital(bare)}`;
}

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

function read(captured: unknown): OperationSpec {
  const { httpMethod, path = '', requestBody, responses, serializer } = specSchema.parse(captured);
  const models = serializer?.modelMappers ?? {};
  const discriminators = z.record(z.string(), z.unknown()).parse(models.discriminators ?? {});
  const mapper = (value: unknown): Mapper | undefined => mapperSchema.safeParse(value).data;
  const answers = Object.entries(responses).flatMap(([status, { bodyMapper }]): [number, Mapper][] => {
    const known = bodyMapper === undefined ? undefined : mapper(bodyMapper);
    return known === undefined || status === 'default' ? [] : [[Number(status), known]];
  });
  return {
    method: httpMethod,
    path,
    requestMapper: mapper(requestBody?.mapper),
    answerMappers: new Map(answers),
    models: {
      named: (className) => mapper(models[className]),
      discriminated: (kind) => mapper(discriminators[kind]),
    },
  };
}
