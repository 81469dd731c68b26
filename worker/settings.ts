import type { Config, Environment, Setting } from './config.ts';

/** A setting as people check it: its value, unless that is a secret, and where it came from. */
export interface SettingLine {
  readonly name: string;
  readonly value: string;
  readonly from: string;
}

/** What the clouds' own credential chains and Temporal's tools read. Of secrets only whether they are set. */
const standard = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_PROFILE',
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_API_KEY',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'AWS_PROFILE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_EC2',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_FEDERATED_TOKEN_FILE',
  'AZURE_TOKEN_CREDENTIALS',
  'IDENTITY_ENDPOINT',
] as const;

const secret = /KEY|SECRET|TOKEN$/;

/** Every setting that is in force, with where it came from. */
export function settingLines(config: Config, environment: Environment): SettingLine[] {
  const { connectionOptions, namespace = 'default' } = config.temporal;
  return [
    {
      name: 'Temporal address',
      value: connectionOptions.address ?? 'localhost:7233',
      from: originOf(environment, 'TEMPORAL_ADDRESS'),
    },
    { name: 'Temporal namespace', value: namespace, from: originOf(environment, 'TEMPORAL_NAMESPACE') },
    line('task queue', config.taskQueue),
    line('ARM endpoint', { ...config.armEndpoint, value: config.armEndpoint.value.origin }),
    durationLine('poll interval', config.pollIntervalMs),
    durationLine('one attempt of a step', config.attemptMs),
    durationLine('one step, all attempts', config.stepMs),
    durationLine('validation', config.validationMs),
    durationLine('take-over after a crash', config.stickyMs),
    durationLine('grace at shutdown', config.shutdownGraceMs),
    ...standard.flatMap((name) => standardLine(name, environment[name])),
  ];
}

function line(name: string, { value, from }: Setting<string>): SettingLine {
  return { name, value, from };
}

function durationLine(name: string, { value, from }: Setting<number>): SettingLine {
  return { name, value: `${value / 1000} s`, from };
}

function standardLine(name: string, value: string | undefined): SettingLine[] {
  if (value === undefined || value === '') return [];
  return [{ name, value: secret.test(name) ? '(set)' : value, from: 'environment' }];
}

function originOf(environment: Environment, name: string): string {
  return environment[name] === undefined ? 'temporal.toml or default' : name;
}
