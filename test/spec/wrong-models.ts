import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from './check-mapper.ts';
import type { WrongRequest } from './wrong-requests.ts';

const modules = join(import.meta.dirname, '../../node_modules/@azure');

/** The body of an operation whose package has types for it, but neither mappers nor a list of what is required. */
interface Model {
  readonly operation: string;
  readonly method: string;
  readonly path: RegExp;
  /** Declarations that have it, below `node_modules/@azure`. */
  readonly file: string;
  readonly name: string;
}

const models: readonly Model[] = [
  {
    operation: 'ResourceGroups_CreateOrUpdate',
    method: 'PUT',
    path: /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i,
    file: 'arm-resources/dist/esm/models/models.d.ts',
    name: 'ResourceGroup',
  },
  {
    operation: 'Vaults_CreateOrUpdate',
    method: 'PUT',
    path: /Microsoft\.RecoveryServices\/vaults\/[^/]+$/i,
    file: 'arm-recoveryservices/dist/esm/models/models.d.ts',
    name: 'Vault',
  },
  {
    operation: 'StorageAccounts_Create',
    method: 'PUT',
    path: /Microsoft\.Storage\/storageAccounts\/[^/]+$/i,
    file: 'arm-storage/dist/esm/models/models.d.ts',
    name: 'StorageAccountCreateParameters',
  },
  {
    operation: 'StorageAccounts_CheckNameAvailability',
    method: 'POST',
    path: /Microsoft\.Storage\/checkNameAvailability$/i,
    file: 'arm-storage/dist/esm/models/models.d.ts',
    name: 'StorageAccountCheckNameAvailabilityParameters',
  },
];

/** Every way to leave out a property that the declared type of a body has without a question mark. */
export function wrongByModel(
  method: string,
  path: string,
  body: unknown,
): readonly (WrongRequest & { readonly operation: string })[] {
  const model = models.find((each) => each.method === method && each.path.test(path));
  if (model === undefined || !isObject(body)) return [];
  return requiredOf(model)
    .filter((name) => body[name] !== undefined)
    .map((name) => ({
      operation: model.operation,
      wrong: `${name}: missing`,
      body: { ...body, [name]: undefined },
    }));
}

/** Those of the interface and of what it extends. */
function requiredOf({ file, name }: Pick<Model, 'file' | 'name'>): readonly string[] {
  const declared = readFileSync(join(modules, file), 'utf8');
  const [head, base] = new RegExp(`export interface ${name}(?: extends (\\w+))? \\{`).exec(declared) ?? [];
  if (head === undefined) throw new Error(`${file} declares no ${name}`);
  const from = declared.indexOf(head);
  const body = declared.slice(from, declared.indexOf('\n}', from));
  const names = [...body.matchAll(/^ {4}(\w+): /gm)].map(([, required]) => required ?? '');
  return base === undefined ? names : [...names, ...requiredOf({ file, name: base })];
}
