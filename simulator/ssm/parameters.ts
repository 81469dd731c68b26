import type { Estate } from '../ec2/estate.ts';
import { publicParameterValue } from './public-parameters.ts';
import type { SystemsManager } from './systems-manager.ts';

export type ParameterType = 'String' | 'StringList' | 'SecureString';

/** A parameter of the account; its id is its name. */
export interface ParameterRow {
  readonly id: string;
  type: ParameterType;
  value: string;
  description?: string | undefined;
  version: number;
  modifiedMs: number;
}

/** The parameters that a scenario begins with. */
export function scenarioParameters({ section, clock }: Estate): ParameterRow[] {
  return section.parameters.map(({ name, type, value }) => ({
    id: name,
    type,
    value,
    version: 1,
    modifiedMs: clock.nowMs,
  }));
}

/** When AWS brought out the images that its public parameters name. */
const releasedMs = Date.UTC(2026, 1, 11);

/** The parameter of a name, of the account or of AWS's public ones; also by its ARN. */
export function parameterNamed(
  { estate, parameters }: SystemsManager,
  name: string,
): ParameterRow | undefined {
  const plain = /^arn:aws:ssm:[^:]*:\d*:parameter(\/.*)$/.exec(name)?.[1] ?? name;
  const own = parameters.get(plain) ?? parameters.get(plain.replace(/^\//, ''));
  if (own !== undefined) return own;
  const value = publicParameterValue(estate, plain);
  return value === undefined
    ? undefined
    : { id: plain, type: 'String', value, version: 1, modifiedMs: releasedMs };
}

/** A parameter's value as a script on a guest reads it with the instance's profile. */
export function readableParameter(ssm: SystemsManager, name: string): string | undefined {
  return parameterNamed(ssm, name)?.value;
}

/** A parameter as Get actions answer it. Without decryption a SecureString shows what KMS made of it. */
export function parameterAnswer(
  { section }: Estate,
  { id, type, value, version, modifiedMs }: ParameterRow,
  withDecryption: boolean,
): Record<string, unknown> {
  const sealed = `AQICAH${Buffer.from(`${id}#${version}`).toString('base64url')}`;
  return {
    Name: id,
    Type: type,
    Value: type === 'SecureString' && !withDecryption ? sealed : value,
    Version: version,
    LastModifiedDate: new Date(modifiedMs),
    ARN: parameterArn(section, id),
    DataType: 'text',
  };
}

/** A parameter as DescribeParameters answers it: all but its value. */
export function parameterMetadata(
  { section }: Estate,
  { id, type, description, version, modifiedMs }: ParameterRow,
): Record<string, unknown> {
  return {
    Name: id,
    ARN: parameterArn(section, id),
    Type: type,
    ...(type === 'SecureString' ? { KeyId: 'alias/aws/ssm' } : {}),
    LastModifiedDate: new Date(modifiedMs),
    LastModifiedUser: `arn:aws:iam::${section.account}:user/portage`,
    ...(description === undefined ? {} : { Description: description }),
    Version: version,
    Tier: 'Standard',
    Policies: [],
    DataType: 'text',
  };
}

/** AWS's public parameters belong to no account. */
function parameterArn({ region, account }: Estate['section'], name: string): string {
  const owner = name.startsWith('/aws/service/') ? '' : account;
  return `arn:aws:ssm:${region}:${owner}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
}
