import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { Connection } from '@temporalio/client';
import { endsWithThisProcess } from './ends-with-this-process.ts';
import { assertFree, freePort } from './free-port.ts';
import { LogExcerpt } from './log-excerpt.ts';
import { run } from './run-program.ts';

/** A search attribute as Temporal's command line names its type. */
export type SearchAttribute = {
  readonly name: string;
  readonly type: 'Bool' | 'Datetime' | 'Double' | 'Int' | 'Keyword' | 'KeywordList' | 'Text';
};

export type TemporalServerOptions = {
  /** The Temporal CLI's path, see `temporalBinary`. */
  readonly binary: string;
  readonly searchAttributes: readonly SearchAttribute[];
  /** Free ports are found unless given. */
  readonly port?: number;
  readonly uiPort?: number;
  /** Gets everything that the server prints. */
  readonly logFile?: string;
  /** Keeps everything in this SQLite file, where a server that is started later finds it; in memory when absent. */
  readonly databaseFile?: string;
};

/** A running development server on loopback, with the namespace `default`. */
export type TemporalServer = {
  /** `host:port`, for a Temporal client. */
  readonly address: string;
  /** URL of the Temporal Web UI. */
  readonly webUi: string;
  readonly pid: number;
  /** Ends the server and waits until it is gone. May be called more than once. */
  stop(): Promise<void>;
};

const HOST = '127.0.0.1';
const NAMESPACE = 'default';
const START_LIMIT_SECONDS = 60;
/** Else a retry that is due in 150 ms comes after a second, so that waits for simulated clouds take far longer than they do. */
const PUNCTUAL_TIMERS = 'history.timerProcessorMaxTimeShift="50ms"';
/** A port found free can be taken by another process before the server gets it; then others are tried. */
const TRIES = 3;

type ServerProcess = ChildProcessByStdio<null, Readable, Readable>;

/**
 * Starts `temporal server start-dev` and waits until it answers. The server has its own process group, so that a
 * terminal's Ctrl-C does not end it under a worker that is still stopping; it ends with this process, however that ends.
 * @throws {Error} when a given port is taken; with the server's own words, when it ends or does not answer in a minute
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  for (const port of [options.port, options.uiPort]) {
    if (port !== undefined) await assertFree(port); // else what listens there could answer in the server's place
  }
  for (let tryNumber = 1; ; tryNumber += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      const portsAreGiven = options.port !== undefined && options.uiPort !== undefined;
      const portWasTaken = error instanceof Error && /address already in use/i.test(error.message);
      if (!portWasTaken || portsAreGiven || tryNumber === TRIES) throw error;
    }
  }
}

async function startOnce(options: TemporalServerOptions): Promise<TemporalServer> {
  const port = options.port ?? (await freePort());
  const uiPort = options.uiPort ?? (await freePort());
  const args = [...startArguments(options, port, uiPort), ...(await quietUi(options.binary))];
  const server = spawn(options.binary, args, {
    env: { TEMPORAL_VERSION_CHECK_DISABLED: 'true' }, // nothing of the caller's: its TEMPORAL_* and its files would count
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const log = keepLog(server, options.logFile);
  const stop = endsWithThisProcess(server, { graceSeconds: 0 }); // there is nothing that it could save: SQLite has what it was told
  const starting = new AbortController();
  try {
    await Promise.race([untilAnswering(`${HOST}:${port}`, starting.signal), untilEnded(server)]);
  } catch (error) {
    starting.abort();
    await stop();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The Temporal server (${options.binary}) did not start: ${reason}\n${log.text()}`.trimEnd(),
      {
        cause: error,
      },
    );
  }
  return { address: `${HOST}:${port}`, webUi: `http://${HOST}:${uiPort}`, pid: server.pid ?? 0, stop };
}

function startArguments(
  { searchAttributes, databaseFile }: TemporalServerOptions,
  port: number,
  uiPort: number,
): string[] {
  return [
    ...['server', 'start-dev', '--ip', HOST, '--port', String(port), '--ui-port', String(uiPort)],
    ...['--namespace', NAMESPACE, '--log-level', 'warn', '--dynamic-config-value', PUNCTUAL_TIMERS],
    ...(databaseFile === undefined ? [] : onFile(databaseFile)),
    ...searchAttributes.flatMap(({ name, type }) => ['--search-attribute', `${name}=${type}`]),
  ];
}

/** A killed server loses nothing that it answered; without waiting for the disk, which only a crash of the machine would need. */
function onFile(databaseFile: string): string[] {
  const pragmas = ['journal_mode=WAL', 'synchronous=OFF'];
  return ['--db-filename', databaseFile, ...pragmas.flatMap((pragma) => ['--sqlite-pragma', pragma])];
}

/** The Web UI asks its makers for news; the flag against that is as new as the habit. */
async function quietUi(binary: string): Promise<string[]> {
  const flag = '--ui-disable-news-fetch';
  const { output } = await run(binary, ['server', 'start-dev', '--help'], { env: {}, limitSeconds: 20 });
  return output.includes(flag) ? [flag] : [];
}

function keepLog(server: ServerProcess, logFile: string | undefined): LogExcerpt {
  const excerpt = new LogExcerpt();
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      excerpt.add(text);
      if (logFile !== undefined) appendFileSync(logFile, text); // at once: whoever hears of the end may read it
    });
  }
  return excerpt;
}

/** Resolves when the namespace can be read; a server that listens may still refuse work. */
async function untilAnswering(address: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + START_LIMIT_SECONDS * 1000;
  for (;;) {
    try {
      await readNamespace(address);
      return;
    } catch (error) {
      if (signal.aborted || Date.now() > deadline) throw error;
    }
  }
}

async function readNamespace(address: string): Promise<void> {
  const connection = Connection.lazy({
    address,
    connectTimeout: '2 seconds',
    channelArgs: {
      'grpc.enable_http_proxy': 0, // the caller's http_proxy must not stand between us and loopback
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 100,
    },
  });
  try {
    await connection.ensureConnected();
    await connection.withDeadline(Date.now() + 5000, () =>
      connection.workflowService.describeNamespace({ namespace: NAMESPACE }),
    );
  } finally {
    await connection.close();
  }
}

async function untilEnded(server: ServerProcess): Promise<never> {
  return new Promise((_, reject) => {
    server.once('error', reject); // the program cannot be started
    server.once('close', (code, signal) => {
      reject(new Error(`it ended (${signal ?? `exit code ${code}`})`));
    });
  });
}
