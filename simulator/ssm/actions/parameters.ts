import {
  DeleteParameter$,
  DescribeParameters$,
  GetParameter$,
  GetParameters$,
  GetParametersByPath$,
  PutParameter$,
} from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { AwsError } from '../../ec2/aws-error.ts';
import { ssmAction } from '../action.ts';
import { page, paging } from '../pages.ts';
import { parameterFilters, passesFilter } from '../parameter-filters.ts';
import { parameterAnswer, parameterMetadata, parameterNamed } from '../parameters.ts';
import type { ParameterRow } from '../parameters.ts';
import { publicParameterNames } from '../public-parameters.ts';
import type { SystemsManager } from '../systems-manager.ts';

const name = { Name: z.string().min(1) };
const decryption = { WithDecryption: z.boolean().default(false) };

const getParameter = ssmAction({
  operation: GetParameter$,
  kind: 'read',
  input: z.strictObject({ ...name, ...decryption }),
  targets: ({ Name }) => [Name],
  perform: ({ Name, WithDecryption }, ssm) => {
    const row = parameterNamed(ssm, Name);
    if (row === undefined) throw new AwsError('ParameterNotFound', '');
    return { Parameter: parameterAnswer(ssm.estate, row, WithDecryption) };
  },
});

const getParameters = ssmAction({
  operation: GetParameters$,
  kind: 'read',
  input: z.strictObject({ Names: z.array(z.string()).min(1).max(10), ...decryption }),
  targets: ({ Names }) => Names,
  perform: ({ Names, WithDecryption }, ssm) => {
    const found = Names.map((wanted) => ({ wanted, row: parameterNamed(ssm, wanted) }));
    return {
      Parameters: found.flatMap(({ row }) =>
        row === undefined ? [] : [parameterAnswer(ssm.estate, row, WithDecryption)],
      ),
      InvalidParameters: found.filter(({ row }) => row === undefined).map(({ wanted }) => wanted),
    };
  },
});

const getParametersByPath = ssmAction({
  operation: GetParametersByPath$,
  kind: 'read',
  input: z.strictObject({
    ...paging,
    ...decryption,
    Path: z.string().startsWith('/'),
    Recursive: z.boolean().default(false),
  }),
  targets: ({ Path }) => [Path],
  perform: ({ Path, Recursive, WithDecryption, ...paged }, ssm) => {
    const names = [...ssm.parameters.all().map(({ id }) => id), ...publicParameterNames];
    const found = names
      .filter((id) => isBelow(id, Path, Recursive))
      .flatMap((id) => parameterNamed(ssm, id) ?? []);
    const { rows, ...next } = page(found, paged, { least: 1, most: 10, usual: 10 });
    return { Parameters: rows.map((row) => parameterAnswer(ssm.estate, row, WithDecryption)), ...next };
  },
});

function isBelow(id: string, path: string, recursive: boolean): boolean {
  const folder = path.endsWith('/') ? path : `${path}/`;
  return id.startsWith(folder) && (recursive || !id.slice(folder.length).includes('/'));
}

/** Lists the account's own parameters only, never their values. */
const describeParameters = ssmAction({
  operation: DescribeParameters$,
  kind: 'read',
  input: z.strictObject({ ...paging, ...parameterFilters }),
  targets: () => [],
  perform: ({ ParameterFilters, Filters, ...paged }, { estate, parameters }) => {
    const older = Filters.map(({ Key, Values }) => ({ Key, Option: 'BeginsWith', Values }));
    const found = parameters
      .all()
      .filter((row) => [...ParameterFilters, ...older].every((filter) => passesFilter(row, filter)));
    const { rows, ...next } = page(found, paged, { least: 1, most: 50, usual: 50 });
    return { Parameters: rows.map((row) => parameterMetadata(estate, row)), ...next };
  },
});

const putParameter = ssmAction({
  operation: PutParameter$,
  kind: 'write',
  input: z.strictObject({
    ...name,
    Value: z.string().min(1),
    Type: z.enum(['String', 'StringList', 'SecureString']).optional(),
    Description: z.string().optional(),
    Overwrite: z.boolean().default(false),
    KeyId: z.string().optional(),
    Tier: z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']).optional(),
    DataType: z.literal('text').optional(),
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  }),
  targets: ({ Name }) => [Name],
  perform: (input, ssm) => ({ Version: put(ssm, input).version, Tier: 'Standard' }),
});

function put(
  { estate, parameters }: SystemsManager,
  input: {
    readonly Name: string;
    readonly Value: string;
    readonly Type?: ParameterRow['type'] | undefined;
    readonly Description?: string | undefined;
    readonly Overwrite: boolean;
  },
): ParameterRow {
  const { Name, Value, Type, Description, Overwrite } = input;
  requireName(Name);
  const known = parameters.get(Name);
  if (known === undefined) {
    if (Type === undefined) {
      throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
    }
    const row = {
      id: Name,
      type: Type,
      value: Value,
      description: Description,
      version: 1,
      modifiedMs: estate.clock.nowMs,
    };
    parameters.add(row);
    return row;
  }
  if (!Overwrite) {
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  known.value = Value;
  known.type = Type ?? known.type;
  known.description = Description ?? known.description;
  known.version += 1;
  known.modifiedMs = estate.clock.nowMs;
  return known;
}

/** @throws AwsError `ValidationException` for a name that AWS keeps for itself, or cannot read. */
function requireName(parameter: string): void {
  if (/^\/?(aws|ssm)/i.test(parameter)) {
    throw new AwsError(
      'ValidationException',
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    );
  }
  if (/^[a-zA-Z0-9_.-]+$|^(\/[a-zA-Z0-9_.-]+)+$/.test(parameter)) return;
  throw new AwsError(
    'ValidationException',
    'Parameter name must be a fully qualified name. It can only include a mix of letters, numbers and the following 3 symbols .-_',
  );
}

const deleteParameter = ssmAction({
  operation: DeleteParameter$,
  kind: 'delete',
  input: z.strictObject(name),
  targets: ({ Name }) => [Name],
  perform: ({ Name }, { parameters }) => {
    const row = parameters.get(Name);
    if (row === undefined) throw new AwsError('ParameterNotFound', '');
    parameters.remove(row);
    return {};
  },
});

export const parameterActions = [
  getParameter,
  getParameters,
  getParametersByPath,
  describeParameters,
  putParameter,
  deleteParameter,
];
