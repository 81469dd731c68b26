import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { PortageClient } from '../client/index.ts';
import { startLocalWorld, type LocalWorld } from '../dev/local-world.ts';
import { Clouds } from './clouds.ts';
import type { DrawnRun } from './drawn-run.ts';
import { LiveCopies } from './live-copies.ts';
import { hookVariable } from './plan-of-run.ts';
import { scenarioOf } from './scenario.ts';
import { Workers } from './workers.ts';

/** What a world of chaos is made with, apart from its runs. */
export interface ChaosOptions {
  /** The caller's environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The command line of other sources, with a mistake planted in them. */
  readonly workerCommandLine?: string;
}

/** A Temporal server on a database, both clouds with the machines of some runs, and workers that may die. */
export interface ChaosWorld {
  readonly clouds: Clouds;
  readonly portage: PortageClient;
  readonly temporal: Client;
  readonly workers: Workers;
  readonly copies: LiveCopies;
  /** The secret that no history, log or report may hold. */
  readonly secret: string;
  /** Everything that the workers printed. */
  readonly workerLog: () => string;
  restartTemporal(): Promise<void>;
  close(): Promise<void>;
}

/** Simulated seconds for each real one: a migration takes seconds. */
export const speed = 2_000;

/** Short, so that what a death costs is short, too. */
const durations = {
  PORTAGE_POLL_INTERVAL: '200ms',
  PORTAGE_ATTEMPT_TIMEOUT: '3s',
  PORTAGE_STEP_TIMEOUT: '20s',
  PORTAGE_VALIDATION_TIMEOUT: '20s',
  PORTAGE_SETTLE_TIME: '1s',
  PORTAGE_WATCH_INTERVAL: '1h',
  PORTAGE_STICKY_TIMEOUT: '1s',
  PORTAGE_SHUTDOWN_GRACE: '1s',
};

/** Makes a world for these runs, to be closed by whoever asked for it. */
export async function startChaosWorld(
  runs: readonly DrawnRun[],
  { environment, workerCommandLine }: ChaosOptions,
): Promise<ChaosWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'portage-chaos-'));
  const scenario = join(folder, 'scenario.json');
  await writeFile(scenario, JSON.stringify(scenarioOf(runs)));
  const secret = `secret-${randomUUID()}`;
  const hook = await startReceiver();
  const log: string[] = [];
  const local = await startLocalWorld({
    environment,
    scenario,
    speed,
    seed: runs[0]?.seed ?? 1,
    worker: { ...durations, [hookVariable]: `${hook.url}/${secret}` },
    listenToWorkers: (text) => log.push(text),
    temporalDatabase: join(folder, 'temporal.db'),
    ...(workerCommandLine !== undefined && { workerCommandLine }),
  });
  const { portage, temporal, disconnect } = await connect(local);
  const clouds = new Clouds(local.simulatorUrl);
  const copies = new LiveCopies(clouds);
  copies.watch();
  return {
    ...{ clouds, portage, temporal, copies, secret },
    workers: new Workers(local),
    workerLog: () => log.join(''),
    restartTemporal: () => local.restartTemporal(),
    close: async () => {
      await copies.end();
      await disconnect();
      await local.close();
      await hook.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function connect(local: LocalWorld) {
  const portage = await local.connect();
  const connection = await Connection.connect({
    address: local.temporalAddress,
    channelArgs: { 'grpc.enable_http_proxy': 0 },
  });
  const disconnect = async () => {
    await connection.close();
    await portage.close();
  };
  return { portage, temporal: new Client({ connection, identity: 'chaos' }), disconnect };
}

/** Takes webhooks, and has no time for every third. */
async function startReceiver(): Promise<{ url: string; close: () => Promise<void> }> {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls += 1;
    response.writeHead(calls % 3 === 0 ? 503 : 200).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${address.port}`, close };
}
