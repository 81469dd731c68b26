import type { JobFailure } from '../../faults.ts';
import type { SourceMachine } from '../../source-machines.ts';
import type { ProtectedItem } from './protected-item.ts';
import { pushFailure, rebootWarning } from './push-errors.ts';

/** The version that a server installs by push. */
export const pushedVersion = '9.62.7246.1';

/** What becomes of the Mobility service when replication is enabled. */
export interface Push {
  readonly failure: JobFailure | undefined;
  /** What the operation says beside its success. */
  readonly warning: { readonly code: string; readonly message: string } | undefined;
  /** Happens at the end of the task that installs. */
  readonly install: () => void;
}

/** Any port of the range that Windows gives out for RPC. */
const rpcPort = 49_152;

/**
 * Where the agent is there and registered nothing is installed. Else the server comes in with the account: it connects,
 * copies through file sharing, and starts the installation through WMI, in this order (documented).
 * @param account name of the run-as account that the request names.
 */
export function planPush(item: ProtectedItem, account: string | undefined): Push {
  const { sources } = item.fabric.vault.world;
  const { settings, source } = item;
  const server = item.fabric.serverById(settings.processServerId);
  const nothing = (): void => undefined;
  if (source.state !== 'running')
    return { failure: pushFailure(lost(source), source), warning: undefined, install: nothing };
  if (source.agent?.registered === true) return { failure: undefined, warning: undefined, install: nothing };
  const refusal = account === undefined ? 'NoAccount' : refusalOf(item, account);
  if (refusal !== undefined && !isWarning(refusal))
    return { failure: pushFailure(refusal, source), warning: undefined, install: nothing };
  return {
    failure: undefined,
    warning: refusal === undefined ? undefined : rebootWarning(refusal, source),
    install: () => {
      sources.installAgent(source.instanceId, pushedVersion, server?.ipAddress);
      item.agentVersion = pushedVersion;
    },
  };
}

/** The number of the error that a push ends with. A quirk of the machine comes before what its ports are like. */
function refusalOf(item: ProtectedItem, account: string): string | undefined {
  const { source } = item;
  const { sources } = item.fabric.vault.world;
  const { refusal, administrators } = sources.pushAccount(source.instanceId) ?? {};
  if (refusal !== undefined) return refusal;
  const closed = closedWay(item);
  if (closed !== undefined) return closed;
  if (administrators === undefined || administrators.includes(account)) return undefined;
  return source.osType === 'Windows' ? '95107' : '95108';
}

function closedWay({ fabric, settings, source }: ProtectedItem): string | undefined {
  const { sources } = fabric.vault.world;
  const from = fabric.serverById(settings.processServerId)?.ipAddress ?? '';
  const isOpen = (port: number): boolean => sources.reaches(from, source.privateIp, port);
  if (source.osType === 'Linux') return isOpen(22) ? undefined : '95118';
  const [sharing, wmi] = [isOpen(445), isOpen(135) && isOpen(rpcPort)];
  if (sharing && wmi) return undefined;
  if (!sharing && !isOpen(135)) return '95117';
  return sharing ? '95103' : '95105';
}

function lost({ osType }: SourceMachine): string {
  return osType === 'Windows' ? '95117' : '95118';
}

function isWarning(code: string): boolean {
  return code === '95265' || code === '95266';
}
