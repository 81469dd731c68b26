import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities, refuseWhenTooLate } from '../activities/index.ts';
import { activityInterceptor } from './activity-interceptor.ts';
import { connectClouds } from './clouds.ts';
import { readSecret, type Config, type Environment } from './config.ts';
import { logger, temporalLogger } from './log.ts';
import { TemporalUnreachable } from './temporal-unreachable.ts';
import { workflowCode } from './workflow-code.ts';

/**
 * Runs a worker until the signal asks it to stop; activities under way get the configured grace to end.
 * @param ready called once the worker polls its task queue.
 * @throws TemporalUnreachable
 */
export async function runWorker(
  config: Config,
  environment: Environment,
  stop: AbortSignal,
  ready: () => void,
): Promise<void> {
  Runtime.install({ logger: temporalLogger, shutdownSignals: [] });
  const connection = await connect(config);
  const namespace = config.temporal.namespace ?? 'default';
  try {
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue: config.taskQueue.value,
      ...workflowCode(config.workflowBundle.value),
      activities: createActivities({
        clouds: connectClouds({
          armEndpoint: config.armEndpoint.value,
          requestTimeoutMs: config.attemptMs.value / 2,
          beforeEffect: refuseWhenTooLate,
        }),
        temporal: new Client({ connection, namespace }),
        pollIntervalMs: config.pollIntervalMs.value,
        watchIntervalMs: config.watchIntervalMs.value,
        secret: (name) => readSecret(environment, name),
        timing: {
          attemptMs: config.attemptMs.value,
          stepMs: config.stepMs.value,
          validationMs: config.validationMs.value,
          runCommandMs: config.runCommandMs.value,
          settleMs: config.settleMs.value,
        },
      }),
      interceptors: { activity: [activityInterceptor] },
      stickyQueueScheduleToStartTimeout: config.stickyMs.value,
      shutdownGraceTime: config.shutdownGraceMs.value,
    });
    stop.addEventListener('abort', () => worker.shutdown(), { once: true });
    logger.info({ taskQueue: config.taskQueue.value, namespace }, 'worker is ready');
    ready();
    if (!stop.aborted) await worker.run();
  } finally {
    await connection.close();
  }
}

async function connect({ temporal }: Config): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(temporal.connectionOptions);
  } catch (cause) {
    const where = temporal.connectionOptions.address ?? 'localhost:7233';
    throw new TemporalUnreachable(
      `No Temporal server answers at ${where}. Start one, or set TEMPORAL_ADDRESS`,
      { cause },
    );
  }
}
