import {
  agentConfigInput,
  exitCodes,
  failed,
  installAgent,
  registerWithAppliance,
  registerWithServer,
} from '../../mobility-service.ts';
import type { Outcome } from '../../mobility-service.ts';
import { fileText } from '../files.ts';
import { absolute } from '../shell.ts';
import type { Program, Ran, Shell } from '../shell.ts';

/** The Mobility service's programs, by what the simulator writes into their files. */
export const mobilityPrograms: readonly (readonly [string, Program])[] = [
  ['mobility-service-linux/install', (args, shell) => ended(install(args, shell))],
  ['mobility-service-linux/UnifiedAgentConfigurator.sh', (args, shell) => ended(configure(args, shell))],
  [
    'mobility-service-linux/AzureRcmCli',
    (_, shell) => ended({ exitCode: 0, log: [agentConfigInput(shell.guest)] }),
  ],
];

function ended({ exitCode, log }: Outcome): Ran {
  return { status: exitCode, stdout: log.map((line) => `${line}\n`).join(''), stderr: '' };
}

/** `./install -q -r MS -v VmWare -c CSPrime -d /usr/local/ASR` */
function install(args: readonly string[], shell: Shell): Outcome {
  const { guest } = shell;
  if (!/^(MS|Agent)$/.test(option(args, '-r') ?? ''))
    return failed(exitCodes.wrongCommandLine, 'The role is not valid: -r MS.');
  if (!/^VmWare$/i.test(option(args, '-v') ?? ''))
    return failed(exitCodes.wrongCommandLine, 'The platform is not valid: -v VmWare.');
  installAgent(guest);
  const folder = `${absolute(shell, option(args, '-d') ?? '/usr/local/ASR')}/Vx/bin`;
  for (const program of ['UnifiedAgentConfigurator.sh', 'AzureRcmCli']) {
    guest.software.files.set(`${folder}/${program}`, `mobility-service-linux/${program}`);
  }
  const input = option(args, '-c') === 'CSPrime' ? [`Agent Config Input: ${agentConfigInput(guest)}`] : [];
  return { exitCode: 0, log: ['Installation of the Mobility service has completed successfully.', ...input] };
}

/** With an appliance's file (`-S config.json -c CSPrime`), or at a configuration server (`-i address -P passphrase file`). */
function configure(args: readonly string[], shell: Shell): Outcome {
  const config = option(args, '-S');
  if (config !== undefined)
    return registerWithAppliance(shell.guest, fileText(shell, absolute(shell, config)));
  const passphrase = option(args, '-P');
  return registerWithServer(
    shell.guest,
    option(args, '-i'),
    passphrase === undefined ? undefined : fileText(shell, absolute(shell, passphrase)),
  );
}

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at === -1 ? undefined : args[at + 1];
}
