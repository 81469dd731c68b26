import { once } from 'node:events';
import { PortageClient } from '../client/index.ts';
import { loadScenario, startSimulator, type Simulator } from '../simulator/index.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { isolatedEnvironment } from './isolated-environment.ts';
import { temporalBinary } from './temporal-binary.ts';
import { startTemporalServer, type TemporalServer } from './temporal-server.ts';
import { startWorkerProcess, type WorkerProcess, type WorkerProcessOptions } from './worker-process.ts';

/** What a world on loopback is made of. */
export interface LocalWorldOptions {
  /** The caller's environment: only what is harmless of it is passed on. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of the scenario file: what is in the two clouds. */
  readonly scenario: string;
  /** Simulated seconds for each real one. */
  readonly speed: number;
  readonly seed: number;
  /** 0: any free one. */
  readonly simulatorPort?: number;
  readonly temporalPort?: number;
  readonly webUiPort?: number;
  /** Variables for the worker, over those that make it fit the speed. */
  readonly worker?: Readonly<Record<string, string>>;
  /** Hears all that the workers print. */
  readonly listenToWorkers?: (text: string) => void;
  /** The command line that runs the workers, where they have other sources than this world. */
  readonly workerCommandLine?: string;
  /** Where Temporal's server keeps what it knows, so that it can be restarted; in memory when absent. */
  readonly temporalDatabase?: string;
  /** Stops the making half-way. */
  readonly stop?: AbortSignal;
}

/** A Temporal server, both clouds and a worker, on loopback and nowhere else. */
export interface LocalWorld {
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly webUi: string;
  readonly simulatorUrl: string;
  readonly worker: WorkerProcess;
  /** A client of its own, to be closed by who asked for it. */
  connect(): Promise<PortageClient>;
  /** One more worker, e.g. in place of one that was killed. */
  startWorker(): Promise<WorkerProcess>;
  /** Kills Temporal's server, and starts another one at its address that goes on from its database. */
  restartTemporal(): Promise<void>;
  /** @throws Error with the worker's own words once it has ended without being told to; never resolves. */
  untilBroken(): Promise<never>;
  /** Ends everything, the worker first. May be called more than once. */
  close(): Promise<void>;
}

const namespace = 'default';
const taskQueue = 'portage';

/** Durations that fit simulated clouds, which run hundreds of times as fast as real ones. */
const fastDurations = {
  PORTAGE_POLL_INTERVAL: '500ms',
  PORTAGE_ATTEMPT_TIMEOUT: '10s',
  PORTAGE_STEP_TIMEOUT: '60s',
  PORTAGE_VALIDATION_TIMEOUT: '60s',
  PORTAGE_RUN_COMMAND_TIMEOUT: '10s',
  PORTAGE_SETTLE_TIME: '1s',
  PORTAGE_WATCH_INTERVAL: '10s',
  PORTAGE_STICKY_TIMEOUT: '3s',
  PORTAGE_SHUTDOWN_GRACE: '2s',
};

/**
 * Makes the world: the simulator, Temporal's development server, a worker.
 * @throws Error where one of them does not start, AbortError when it was stopped; what did start is ended again.
 */
export async function startLocalWorld(options: LocalWorldOptions): Promise<LocalWorld> {
  const ends: (() => Promise<void>)[] = [];
  const close = async () => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
  };
  try {
    const simulator = await simulated(options);
    ends.push(() => simulator.close());
    options.stop?.throwIfAborted();
    let temporal = await unlessStopped(temporalServer(options), (late) => late.stop(), options.stop);
    ends.push(() => temporal.stop());

    const environment = workerEnvironment(options, simulator, temporal);
    const startWorker = async () => {
      const worker = await startWorkerProcess(environment, workerOptions(options));
      ends.push(() => worker.stop());
      return worker;
    };
    const worker = await startWorker();
    return {
      temporalAddress: temporal.address,
      namespace,
      taskQueue,
      webUi: temporal.webUi,
      simulatorUrl: simulator.url,
      worker,
      startWorker,
      connect: () => connect(temporal),
      restartTemporal: async () => {
        await temporal.stop();
        temporal = await temporalServer({ ...options, ...portsOf(temporal) });
      },
      untilBroken: async () => {
        throw new Error(`The worker has ended by itself. It said:\n${await worker.ended}`);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Waits for a part of the world, but not once its making is stopped: then it is ended when it comes. */
async function unlessStopped<T>(
  starting: Promise<T>,
  end: (late: T) => Promise<void>,
  stop?: AbortSignal,
): Promise<T> {
  if (stop === undefined) return starting;
  const stopped = once(stop, 'abort').then((): never => {
    throw new DOMException('The world on loopback was stopped before it was ready', 'AbortError');
  });
  try {
    return await Promise.race([starting, stopped]);
  } catch (error) {
    starting.then(end).catch(() => undefined);
    throw error;
  }
}

async function connect({ address }: TemporalServer): Promise<PortageClient> {
  // A proxy of the caller's environment has no part in this.
  const connection = { address, channelArgs: { 'grpc.enable_http_proxy': 0 } };
  return PortageClient.connect({ connection, namespace, taskQueue, identity: 'local' });
}

async function simulated({
  scenario,
  speed,
  seed,
  simulatorPort = 0,
}: LocalWorldOptions): Promise<Simulator> {
  return startSimulator({ scenario: await loadScenario(scenario), port: simulatorPort, speed, seed });
}

async function temporalServer({
  environment,
  temporalPort,
  webUiPort,
  temporalDatabase,
}: LocalWorldOptions): Promise<TemporalServer> {
  return startTemporalServer({
    binary: await temporalBinary({ env: environment }),
    searchAttributes: searchAttributes.map(({ name, type }) => ({
      name,
      type: type === 'BOOL' ? 'Bool' : 'Keyword',
    })),
    ...(temporalPort === undefined ? {} : { port: temporalPort }),
    ...(webUiPort === undefined ? {} : { uiPort: webUiPort }),
    ...(temporalDatabase === undefined ? {} : { databaseFile: temporalDatabase }),
  });
}

function portsOf({ address, webUi }: TemporalServer): { temporalPort: number; webUiPort: number } {
  return {
    temporalPort: Number(address.slice(address.lastIndexOf(':') + 1)),
    webUiPort: Number(new URL(webUi).port),
  };
}

function workerOptions({
  stop,
  listenToWorkers,
  workerCommandLine,
}: LocalWorldOptions): WorkerProcessOptions {
  return {
    ...(stop && { stop }),
    ...(listenToWorkers && { listen: listenToWorkers }),
    ...(workerCommandLine !== undefined && { commandLine: workerCommandLine }),
  };
}

/** A worker of other sources has other workflows than those that may have been bundled. */
function ownWorkflows({ workerCommandLine }: LocalWorldOptions): Record<string, string> {
  return workerCommandLine === undefined ? {} : { PORTAGE_WORKFLOW_BUNDLE: '' };
}

function workerEnvironment(options: LocalWorldOptions, simulator: Simulator, temporal: TemporalServer) {
  return isolatedEnvironment(options.environment, {
    temporalAddress: temporal.address,
    namespace,
    simulatorUrl: simulator.url,
    portage: { PORTAGE_TASK_QUEUE: taskQueue, ...fastDurations, ...ownWorkflows(options), ...options.worker },
  });
}
