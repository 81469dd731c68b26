import { Command } from 'commander';
import { readInteger, readSpeed } from './numbers.ts';
import { say } from './output.ts';
import { packageFile } from './package-root.ts';
import { stopSignal, untilAborted } from './stop-signal.ts';

interface Options {
  readonly port: number;
  readonly scenario: string;
  readonly speed: number;
  readonly seed: number;
}

export function simulatorCommand(): Command {
  return new Command('simulator')
    .description('run both simulated clouds on one loopback port until told to stop')
    .option('--port <number>', 'port on 127.0.0.1; 0 for any free one', readInteger, 7400)
    .option('--scenario <file>', 'what is in the clouds', packageFile('examples/demo.scenario.yaml'))
    .option('--speed <factor>', 'simulated seconds for each real one', readSpeed, 600)
    .option('--seed <number>', 'same seed, same story', readInteger, 1)
    .action(async ({ port, scenario, speed, seed }: Options) => {
      const stop = stopSignal();
      const { loadScenario, startSimulator } = await import('../simulator/index.ts');
      const simulator = await startSimulator({ scenario: await loadScenario(scenario), port, speed, seed });
      say(
        `Both clouds answer at ${simulator.url}, ${speed} times as fast as real ones; what they heard: ${simulator.url}/_portage/ledger`,
      );
      await untilAborted(stop);
      await simulator.close();
    });
}
