import { Connection } from '@temporalio/client';
import { Command } from 'commander';
import { readConfig, type Config } from '../worker/config.ts';
import { settingLines } from '../worker/settings.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
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
  const { connectionOptions, namespace = 'default' } = config.temporal;
  const address = connectionOptions.address ?? 'localhost:7233';
  let connection;
  try {
    connection = await Connection.connect({ ...connectionOptions, connectTimeout });
  } catch {
    return [
      check(
        'Temporal server',
        false,
        `none answers at ${address}`,
        'Start one (portage dev), or set TEMPORAL_ADDRESS',
      ),
    ];
  }
  try {
    return [
      check('Temporal server', true, address, ''),
      await checkNamespace(connection, namespace),
      await checkWorkers(connection, namespace, config.taskQueue.value),
    ];
  } finally {
    await connection.close();
  }
}

async function checkNamespace(connection: Connection, namespace: string): Promise<Check> {
  const name = `namespace ${namespace}`;
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = searchAttributes
      .filter((attribute) => !(attribute.name in customAttributes))
      .map((attribute) => attribute.name);
    const suggestion = `Create them: temporal operator search-attribute create --name ${missing.join(' --name ')} --type Keyword (PortageAttention: Bool)`;
    return check(
      name,
      missing.length === 0,
      missing.length === 0 ? 'has every search attribute' : `lacks ${missing.join(', ')}`,
      suggestion,
    );
  } catch (error) {
    return check(
      name,
      false,
      error instanceof Error ? error.message : String(error),
      'Create the namespace, or set TEMPORAL_NAMESPACE',
    );
  }
}

async function checkWorkers(connection: Connection, namespace: string, taskQueue: string): Promise<Check> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
  });
  const count = pollers.length;
  return check(`workers on ${taskQueue}`, count > 0, String(count), 'Start one: portage worker');
}

function check(name: string, ok: boolean, found: string, suggestion: string): Check {
  return { name, ok, found, suggestion: ok ? '' : suggestion };
}
