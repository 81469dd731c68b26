import { PortageClient } from '../client/index.ts';
import { loadScenario, startSimulator, type Simulator } from '../simulator/index.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { isolatedEnvironment } from './isolated-environment.ts';
import { temporalBinary } from './temporal-binary.ts';
import { startTemporalServer, type TemporalServer } from './temporal-server.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

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
  PORTAGE_STICKY_TIMEOUT: '3s',
  PORTAGE_SHUTDOWN_GRACE: '2s',
};

/**
 * Makes the world: Temporal's development server, the simulator, a worker.
 * @throws Error where one of them does not start; those that did are ended again.
 */
export async function startLocalWorld(options: LocalWorldOptions): Promise<LocalWorld> {
  const started: { close: () => Promise<void> }[] = [];
  const close = async () => {
    for (let next = started.pop(); next !== undefined; next = started.pop()) await next.close();
  };
  try {
    const [simulator, temporal] = await Promise.all([simulated(options), temporalServer(options)]);
    started.push({ close: () => simulator.close() }, { close: () => temporal.stop() });
    options.stop?.throwIfAborted();

    const environment = workerEnvironment(options, simulator, temporal);
    const startWorker = async () => {
      const worker = await startWorkerProcess(environment);
      started.push({ close: () => worker.stop() });
      return worker;
    };
    const worker = await startWorker();
    options.stop?.throwIfAborted();
    return {
      temporalAddress: temporal.address,
      namespace,
      taskQueue,
      webUi: temporal.webUi,
      simulatorUrl: simulator.url,
      worker,
      startWorker,
      connect: () =>
        PortageClient.connect({
          connection: { address: temporal.address },
          namespace,
          taskQueue,
          identity: 'local',
        }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
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
}: LocalWorldOptions): Promise<TemporalServer> {
  return startTemporalServer({
    binary: await temporalBinary({ env: environment }),
    searchAttributes: searchAttributes.map(({ name, type }) => ({
      name,
      type: type === 'BOOL' ? 'Bool' : 'Keyword',
    })),
    ...(temporalPort === undefined ? {} : { port: temporalPort }),
    ...(webUiPort === undefined ? {} : { uiPort: webUiPort }),
  });
}

function workerEnvironment(options: LocalWorldOptions, simulator: Simulator, temporal: TemporalServer) {
  return isolatedEnvironment(options.environment, {
    temporalAddress: temporal.address,
    namespace,
    simulatorUrl: simulator.url,
    portage: { PORTAGE_TASK_QUEUE: taskQueue, ...fastDurations, ...options.worker },
  });
}
