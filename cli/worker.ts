import { Command } from 'commander';
import { readConfig } from '../worker/config.ts';
import { stopSignal } from './stop-signal.ts';

export function workerCommand(): Command {
  return new Command('worker').description('run a worker until it is told to stop').action(async () => {
    const stop = stopSignal();
    const { runWorker } = await import('../worker/run-worker.ts');
    await runWorker(readConfig(process.env), process.env, stop, () => process.send?.('ready'));
    if (process.connected) process.disconnect();
  });
}
