import type { Config, Environment, Setting } from './config.ts';

/** A setting as people check it: its value, unless that is a secret, and where it came from. */
export interface SettingLine {
  readonly name: string;
  readonly value: string;
  readonly from: string;
}

/** Who reads the environment beside Portage: Temporal's tools, the clouds' credential chains, and their HTTP clients. */
const readByOthers = /^(TEMPORAL|AWS|AZURE|IDENTITY|MSI)_|^(HTTPS?|ALL|NO)_PROXY$/i;

/** Their variables that may be printed. Of any other only whether it is set: it may be a secret. */
const printable = new Set([
  'TEMPORAL_PROFILE',
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_TLS',
  'TEMPORAL_TLS_SERVER_NAME',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'AWS_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_CA_BUNDLE',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_EC2',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_FEDERATED_TOKEN_FILE',
  'AZURE_AUTHORITY_HOST',
  'AZURE_TOKEN_CREDENTIALS',
  'IDENTITY_ENDPOINT',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
]);

/** Every setting that is in force, with where it came from. */
export function settingLines(config: Config, environment: Environment): SettingLine[] {
  const { connectionOptions, namespace } = config.temporal;
  const shown = new Set(['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE']);
  const others = Object.keys(environment)
    .filter((name) => readByOthers.test(name) && !shown.has(name))
    .sort();
  return [
    temporalLine(
      'Temporal address',
      'TEMPORAL_ADDRESS',
      connectionOptions.address,
      defaultAddress,
      environment,
    ),
    temporalLine('Temporal namespace', 'TEMPORAL_NAMESPACE', namespace, 'default', environment),
    line('task queue', config.taskQueue),
    line('ARM endpoint', { ...config.armEndpoint, value: config.armEndpoint.value.origin }),
    durationLine('poll interval', config.pollIntervalMs),
    durationLine('one attempt of a step', config.attemptMs),
    durationLine('one step, all attempts', config.stepMs),
    durationLine('validation', config.validationMs),
    durationLine('one run command', config.runCommandMs),
    durationLine('until what is accepted shows', config.settleMs),
    durationLine('between looks at migrated sources', config.watchIntervalMs),
    durationLine('take-over after a crash', config.stickyMs),
    durationLine('grace at shutdown', config.shutdownGraceMs),
    line('bundle of the workflows', {
      ...config.workflowBundle,
      value: config.workflowBundle.value || 'made at the start',
    }),
    ...others.flatMap((name) => environmentLine(name, environment[name])),
  ];
}

/** Where Temporal's own tools look when they are told nothing. */
export const defaultAddress = 'localhost:7233';

/** A variable wins over the profile of the same setting in temporal.toml, as in Temporal's own tools. */
function temporalLine(
  name: string,
  variable: string,
  value: string | undefined,
  fallback: string,
  environment: Environment,
): SettingLine {
  if (value === undefined) return { name, value: fallback, from: 'default' };
  if (environment[variable]) return { name, value, from: variable };
  const file = environment.TEMPORAL_CONFIG_FILE ?? 'temporal.toml';
  return { name, value, from: `${file}, profile ${environment.TEMPORAL_PROFILE ?? 'default'}` };
}

function line(name: string, { value, from }: Setting<string>): SettingLine {
  return { name, value, from };
}

function durationLine(name: string, { value, from }: Setting<number>): SettingLine {
  return { name, value: `${value / 1000} s`, from };
}

function environmentLine(name: string, value: string | undefined): SettingLine[] {
  if (value === undefined || value === '') return [];
  const isPrintable = printable.has(name.toUpperCase());
  return [{ name, value: isPrintable ? withoutPassword(value) : '(set)', from: 'environment' }];
}

/** A URL may carry a user and a password. */
function withoutPassword(value: string): string {
  return value.replace(/\/\/[^/@]*@/, '//(set)@');
}
