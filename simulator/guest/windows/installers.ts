import {
  agentConfigInput,
  exitCodes,
  failed,
  installAgent,
  registerWithAppliance,
  registerWithServer,
} from '../mobility-service.ts';
import type { Outcome } from '../mobility-service.ts';
import { installAppliance, installConfigurationServer } from '../site-recovery-servers.ts';
import { filePath, filesAt } from './cmdlets/file-paths.ts';
import type { Program, Session } from './session.ts';

const logs = 'c:\\programdata\\asrsetuplogs';
const usualLocation = 'C:\\Program Files (x86)\\Microsoft Azure Site Recovery';

/** The programs of Site Recovery, by the name of the file that holds them. */
export const installers: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['unifiedagentinstaller.exe', logged('asrunifiedagentinstaller.log', installMobilityService)],
  ['unifiedagent.exe', logged('asrunifiedagentinstaller.log', installMobilityService)],
  ['unifiedagentconfigurator.exe', logged('asrunifiedagentconfigurator.log', configureMobilityService)],
  ['azurercmcli.exe', azureRcmCli],
  ['unifiedsetup.exe', logged('asrunifiedsetupinstaller.log', setUpConfigurationServer)],
  ['drinstaller.ps1', logged('asrappliancesetup.log', (_, { guest }) => installAppliance(guest))],
]);

/** A program that writes what happened both to its output and to its log. */
function logged(log: string, run: (args: readonly string[], session: Session) => Outcome): Program {
  return (args, session) => {
    const outcome = run(args, session);
    const { files } = session.guest.software;
    const stamp = session.guest.clock.now.toISOString();
    const lines = outcome.log.map((line) => `${stamp} ${line}\r\n`).join('');
    files.set(`${logs}\\${log}`, (files.get(`${logs}\\${log}`) ?? '') + lines);
    session.stdout.push(...outcome.log);
    return outcome.exitCode;
  };
}

function installMobilityService(args: readonly string[], session: Session): Outcome {
  const { guest } = session;
  const role = option(args, 'Role');
  if (!/^(MS|Agent)$/i.test(role ?? ''))
    return failed(exitCodes.wrongCommandLine, `Role '${role ?? ''}' is not valid.`);
  const platform = option(args, 'Platform');
  if (!/^vmware$/i.test(platform ?? ''))
    return failed(exitCodes.wrongCommandLine, `Platform '${platform ?? ''}' is not valid.`);
  const kind = option(args, 'CSType') ?? 'CSLegacy';
  if (!/^CS(Prime|Legacy)$/i.test(kind))
    return failed(exitCodes.wrongCommandLine, `CSType '${kind}' is not valid.`);
  installAgent(guest);
  const folder = `${filePath(session, option(args, 'InstallLocation') ?? usualLocation)}\\agent`;
  for (const program of ['unifiedagentconfigurator.exe', 'azurercmcli.exe']) {
    guest.software.files.set(`${folder}\\${program}`, program);
  }
  const input = /prime/i.test(kind) ? [`Agent Config Input: ${agentConfigInput(guest)}`] : [];
  return { exitCode: 0, log: ['Installation of the Mobility service has completed successfully.', ...input] };
}

function configureMobilityService(args: readonly string[], session: Session): Outcome {
  const { guest } = session;
  const config = option(args, 'SourceConfigFilePath');
  if (config === undefined) {
    return registerWithServer(
      guest,
      option(args, 'CSEndPoint'),
      fileText(session, option(args, 'PassphraseFilePath')),
    );
  }
  const kind = option(args, 'CSType');
  if (kind !== undefined && !/^CSPrime$/i.test(kind))
    return failed(exitCodes.wrongCommandLine, `CSType '${kind}' takes no source config file.`);
  return registerWithAppliance(guest, fileText(session, config));
}

function azureRcmCli(args: readonly string[], { guest, stdout }: Session): number {
  if (!args.some((arg) => arg.toLowerCase() === '--getagentconfiginput')) return 1;
  stdout.push(agentConfigInput(guest));
  return 0;
}

function setUpConfigurationServer(args: readonly string[], session: Session): Outcome {
  return installConfigurationServer(session.guest, {
    acceptsTerms: args.some((arg) => arg.toLowerCase() === '/acceptthirdpartyeula'),
    mode: option(args, 'ServerMode'),
    environment: option(args, 'EnvType'),
    databaseCredentials: fileText(session, option(args, 'MySQLCredsFilePath')),
    vaultCredentials: fileText(session, option(args, 'VaultCredsFilePath')),
  });
}

/** The value that follows `/Name`, in any case. */
function option(args: readonly string[], name: string): string | undefined {
  const at = args.findIndex((arg) => arg.toLowerCase() === `/${name.toLowerCase()}`);
  return at === -1 ? undefined : args[at + 1];
}

function fileText(session: Session, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  return session.guest.software.files.get(filesAt(session, path)[0] ?? '');
}
