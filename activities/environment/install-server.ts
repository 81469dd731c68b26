import { createHash } from 'node:crypto';
import type { Environment } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import { finalFailure, notYet } from '../failures.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';
import { beginScript, readScript } from '../systems-manager/script.ts';
import { serverKey, type DeployableServer } from './launch-server.ts';

/** Both installers take most of an hour on a machine that is large enough. */
const timeoutSeconds = 3 * 3600;
const tailLines = 20;

/** Microsoft's installers, run on an instance that Portage launched. */
export const installActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Runs the installer on a server's instance, or finds that it was run.
   * @param attempt counts the tries that failed: each is a command of its own.
   * @returns the command's id.
   */
  async beginInstall(
    environment: Environment,
    server: DeployableServer,
    instanceId: string,
    attempt: number,
  ): Promise<string> {
    const hash = createHash('sha256').update(serverKey(environment, server)).digest('hex').slice(0, 16);
    return beginScript(clouds.ssm(server.region), {
      instanceId,
      osType: 'Windows',
      key: `portage install ${hash} ${attempt}`,
      commands: [...begin, ...providerOf(environment).server.installCommands(server.deploy)],
      timeoutSeconds,
    });
  },

  /**
   * Waits until the installer has ended well.
   * @throws `InstallFailed` (final) with its exit code and the end of what it printed.
   */
  async awaitInstalled(server: DeployableServer, instanceId: string, command: string): Promise<void> {
    const state = await readScript(clouds.ssm(server.region), instanceId, command);
    if (!state.ended) throw notYet({ text: state.progress }, pollIntervalMs);
    if (state.exitCode === 0) return;
    const said = `${state.output}\n${state.errors}`.split(/\r?\n/).filter((line) => line.trim() !== '');
    throw finalFailure(
      'InstallFailed',
      `The installer of ${server.name} on ${instanceId} ended with exit code ${state.exitCode} (${state.status}): ${said.slice(-tailLines).join(' | ')}`,
      {
        code: 'INSTALL_FAILED',
        suggestion: `Look at its log on ${instanceId} (C:\\ProgramData\\ASRSetupLogs), cure the cause, then retry: it is run again`,
      },
    );
  },
});

const begin = [
  "$ErrorActionPreference = 'Stop'",
  'New-Item -ItemType Directory -Force -Path C:\\Temp | Out-Null',
  "Get-Disk | Where-Object { $_.PartitionStyle -eq 'RAW' } | Initialize-Disk -PartitionStyle GPT -PassThru | New-Partition -AssignDriveLetter -UseMaximumSize | Format-Volume -FileSystem NTFS -Confirm:$false | Out-Null",
];
