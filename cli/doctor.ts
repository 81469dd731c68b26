import { Connection, isGrpcServiceError } from '@temporalio/client';
import { Command } from 'commander';
import { readConfig, type Config } from '../worker/config.ts';
import { defaultAddress, settingLines } from '../worker/settings.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { connectionOptions } from './connection.ts';
import { exitCodes } from './exit.ts';
import { say, sayJson, table } from './output.ts';

/** One thing that doctor looked at. */
interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do about it; empty when it is well. */
  readonly suggestion: string;
}

const connectTimeout = '5 seconds';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'where every setting came from, and whether the Temporal server is there and fit for Portage',
    )
    .option('--json', 'print it as JSON')
    .action(async ({ json }: { json?: true }) => {
      const config = readConfig(process.env);
      const settings = settingLines(config, process.env);
      const checks = await checkTemporal(config);
      if (json) sayJson({ settings, checks });
      else {
        say(
          table(
            ['setting', 'value', 'from'],
            settings.map(({ name, value, from }) => [name, value, from]),
          ),
        );
        for (const { ok, name, found, suggestion } of checks)
          say(`${ok ? 'ok  ' : 'FAIL'} ${name}: ${found}${ok ? '' : `. ${suggestion}`}`);
      }
      if (checks.some(({ ok }) => !ok))
        process.exitCode = checks.length === 1 ? exitCodes.unreachable : exitCodes.failed;
    });
}

async function checkTemporal(config: Config): Promise<Check[]> {
  const { namespace = 'default' } = config.temporal;
  const taskQueue = config.taskQueue.value;
  const options = connectionOptions(config);
  const address = options.address ?? defaultAddress;
  const server = check('Temporal server', 'Start one (portage dev), or set TEMPORAL_ADDRESS');
  let connection: Connection;
  try {
    connection = await Connection.connect({ ...options, connectTimeout });
  } catch (error) {
    return [server.fails(`none answers at ${address} (${textOf(error)})`)];
  }
  try {
    return [
      server.isWell(address),
      await checkNamespace(connection, namespace),
      await checkWorkers(connection, namespace, taskQueue),
    ];
  } finally {
    await connection.close();
  }
}

async function checkNamespace({ operatorService }: Connection, namespace: string): Promise<Check> {
  const name = `namespace ${namespace}`;
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    const missing = searchAttributes.filter((attribute) => !(attribute.name in customAttributes));
    if (missing.length === 0) return check(name, '').isWell('has every search attribute');
    const found = `lacks ${missing.map((attribute) => attribute.name).join(', ')}`;
    return check(name, `Create them:${missing.map(creation(namespace)).join('')}`).fails(found);
  } catch (error) {
    return check(
      name,
      'Is there such a namespace, and may you read it? Create it, or set TEMPORAL_NAMESPACE',
    ).fails(textOf(error));
  }
}

function creation(namespace: string): (attribute: (typeof searchAttributes)[number]) => string {
  return ({ name, type }) =>
    `\n     temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${type === 'BOOL' ? 'Bool' : 'Keyword'}`;
}

async function checkWorkers(
  { workflowService }: Connection,
  namespace: string,
  taskQueue: string,
): Promise<Check> {
  const workers = check(`workers on task queue ${taskQueue}`, 'Start one: portage worker');
  try {
    const { pollers } = await workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
    });
    return pollers.length === 0 ? workers.fails('none') : workers.isWell(String(pollers.length));
  } catch (error) {
    return workers.fails(textOf(error));
  }
}

function check(name: string, suggestion: string) {
  return {
    isWell: (found: string): Check => ({ name, ok: true, found, suggestion: '' }),
    fails: (found: string): Check => ({ name, ok: false, found, suggestion }),
  };
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (isGrpcServiceError(error) ? error.details : error.message).replace(/\.$/, '');
}
