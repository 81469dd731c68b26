import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';

/** The environment that configuration is read from. This module is the only reader of it, for the worker and the command line. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A value, and where it came from: the variable's name, or `default`. */
export interface Setting<T> {
  readonly value: T;
  readonly from: string;
}

/** Everything that Portage can be told from outside, apart from what the clouds' own credential chains read. */
export interface Config {
  /** From `TEMPORAL_*` and the profiles of temporal.toml, as Temporal's own tools read them. */
  readonly temporal: ClientConnectConfig;
  readonly taskQueue: Setting<string>;
  /** Azure Resource Manager. Plain http is accepted for a loopback address only. */
  readonly armEndpoint: Setting<URL>;
  /** How long to wait before looking again. */
  readonly pollIntervalMs: Setting<number>;
  /** One attempt of an activity. */
  readonly attemptMs: Setting<number>;
  /** All attempts of one step, before it asks for a person. */
  readonly stepMs: Setting<number>;
  /** Validation of a migrated VM, until it counts as failed. */
  readonly validationMs: Setting<number>;
  /** One run command on an Azure VM, its agent's start included. */
  readonly runCommandMs: Setting<number>;
  /** How long something that a cloud has accepted may take to show there. */
  readonly settleMs: Setting<number>;
  /** How often it is looked whether somebody has started a migrated source. */
  readonly watchIntervalMs: Setting<number>;
  /** How long a workflow waits for the worker that knows it, before any other takes it up: what a crashed worker costs. */
  readonly stickyMs: Setting<number>;
  /** How long a stopped worker lets activities end. */
  readonly shutdownGraceMs: Setting<number>;
  /** Path of the workflows' code, bundled beforehand; empty: the worker bundles it. */
  readonly workflowBundle: Setting<string>;
}

/** Configuration that cannot be used. The message names the variable and what it should be. */
export class InvalidConfig extends Error {}

const armOfAzure = 'https://management.azure.com';

/**
 * Reads the configuration.
 * @throws InvalidConfig
 */
export function readConfig(environment: Environment): Config {
  return {
    temporal: readTemporal(environment),
    taskQueue: read(environment, 'PORTAGE_TASK_QUEUE', 'portage', (text) => text),
    armEndpoint: read(environment, 'PORTAGE_ARM_ENDPOINT', armOfAzure, asEndpoint),
    pollIntervalMs: read(environment, 'PORTAGE_POLL_INTERVAL', '60s', asDurationMs),
    attemptMs: read(environment, 'PORTAGE_ATTEMPT_TIMEOUT', '60s', asDurationMs),
    stepMs: read(environment, 'PORTAGE_STEP_TIMEOUT', '15m', asDurationMs),
    validationMs: read(environment, 'PORTAGE_VALIDATION_TIMEOUT', '30m', asDurationMs),
    runCommandMs: read(environment, 'PORTAGE_RUN_COMMAND_TIMEOUT', '15m', asDurationMs),
    settleMs: read(environment, 'PORTAGE_SETTLE_TIME', '2m', asDurationMs),
    watchIntervalMs: read(environment, 'PORTAGE_WATCH_INTERVAL', '1h', asDurationMs),
    stickyMs: read(environment, 'PORTAGE_STICKY_TIMEOUT', '10s', asDurationMs),
    shutdownGraceMs: read(environment, 'PORTAGE_SHUTDOWN_GRACE', '10s', asDurationMs),
    workflowBundle: read(environment, 'PORTAGE_WORKFLOW_BUNDLE', '', (text) => text),
  };
}

/** The value of a secret that a plan names, `{ env: NAME }`. @throws InvalidConfig where there is none. */
export function readSecret(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '')
    throw new InvalidConfig(`The worker has no secret ${name}: set it in its environment`);
  return value;
}

/** True for an address that never leaves this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function readTemporal(environment: Environment): ClientConnectConfig {
  try {
    return loadClientConnectConfig({ overrideEnvVars: nonEmpty(environment) });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidConfig(`TEMPORAL_* or temporal.toml cannot be used: ${why}`, { cause });
  }
}

function read<T>(
  environment: Environment,
  name: string,
  fallback: string,
  parse: (text: string, name: string) => T,
): Setting<T> {
  const text = environment[name];
  return text === undefined || text === ''
    ? { value: parse(fallback, name), from: 'default' }
    : { value: parse(text, name), from: name };
}

function asEndpoint(text: string, name: string): URL {
  if (!URL.canParse(text)) throw new InvalidConfig(`${name} is not a URL: ${text}`);
  const url = new URL(text);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw new InvalidConfig(`${name} must be https, or http on a loopback address: ${text}`);
}

function asDurationMs(text: string, name: string): number {
  const { amount, unit } = /^(?<amount>\d+(?:\.\d+)?)(?<unit>ms|s|m|h)$/.exec(text)?.groups ?? {};
  if (amount === undefined || unit === undefined)
    throw new InvalidConfig(`${name} must be a duration such as 500ms, 60s, 15m or 2h: ${text}`);
  const unitMs = unit === 'ms' ? 1 : unit === 's' ? 1_000 : unit === 'm' ? 60_000 : 3_600_000;
  return Math.round(Number(amount) * unitMs);
}

/** A variable that is set to nothing counts as one that is not set. */
function nonEmpty(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}
