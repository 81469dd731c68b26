import { Command } from 'commander';
import type { LocalWorld } from '../dev/local-world.ts';
import { readInteger, readSpeed } from './numbers.ts';
import { say } from './output.ts';
import { packageFile } from './package-root.ts';
import { stopSignal, untilAborted } from './stop-signal.ts';

interface Options {
  readonly scenario: string;
  readonly speed: number;
  readonly seed: number;
  readonly port: number;
  readonly temporalPort?: number;
  readonly uiPort?: number;
  readonly json?: true;
}

export function devCommand(): Command {
  return new Command('dev')
    .description('Temporal server, both simulated clouds and a worker on loopback, until told to stop')
    .option('--scenario <file>', 'what is in the clouds', packageFile('examples/demo.scenario.yaml'))
    .option('--speed <factor>', 'simulated seconds for each real one', readSpeed, 300)
    .option('--seed <number>', 'same seed, same story', readInteger, 1)
    .option('--port <number>', 'port of the simulator; 0 for any free one', readInteger, 0)
    .option('--temporal-port <number>', 'port of the Temporal server; any free one unless given', readInteger)
    .option('--ui-port <number>', 'port of the Temporal Web UI; any free one unless given', readInteger)
    .option('--json', 'print the addresses as one line of JSON')
    .action(async (options: Options) => {
      const stop = stopSignal();
      const { startLocalWorld } = await import('../dev/local-world.ts');
      const world = await startLocalWorld({ ...worldOptions(options), stop });
      try {
        if (options.json) say(JSON.stringify(addressesOf(world, options)));
        else tell(world);
        await Promise.race([untilAborted(stop), world.untilBroken()]);
      } finally {
        await world.close();
      }
    });
}

function worldOptions({ scenario, speed, seed, port, temporalPort, uiPort }: Options) {
  return {
    environment: process.env,
    scenario,
    speed,
    seed,
    simulatorPort: port,
    ...(temporalPort === undefined ? {} : { temporalPort }),
    ...(uiPort === undefined ? {} : { webUiPort: uiPort }),
  };
}

function addressesOf(
  { temporalAddress, namespace, taskQueue, webUi, simulatorUrl }: LocalWorld,
  { scenario }: Options,
) {
  return { temporalAddress, namespace, taskQueue, webUi, simulator: simulatorUrl, scenario };
}

function tell({ temporalAddress, webUi, simulatorUrl }: LocalWorld): void {
  say(`Temporal   ${temporalAddress}`);
  say(`Web UI     ${webUi}`);
  say(`Simulator  ${simulatorUrl}`);
  say(`In another terminal: export TEMPORAL_ADDRESS=${temporalAddress}, then npx portage start <plan-file>`);
  say('A plan that fits these clouds: examples/demo.yaml, unless --scenario says otherwise');
  say(
    `For portage check and status --resources, which ask the clouds themselves: ${cloudSettings(simulatorUrl)}`,
  );
  say('Everything is up. Ctrl-C ends it.');
}

/** What leads a shell's own AWS and Azure clients to the simulated clouds, and nowhere else. */
function cloudSettings(simulatorUrl: string): string {
  const settings = {
    AWS_ENDPOINT_URL: simulatorUrl,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    PORTAGE_ARM_ENDPOINT: simulatorUrl,
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    IDENTITY_ENDPOINT: `${simulatorUrl}/msi/token`,
    IDENTITY_HEADER: 'any',
  };
  const assignments = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return `export ${assignments.join(' ')}`;
}
