import type { VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import { notYet } from '../failures.ts';
import type { SourceInstance } from '../preflight/source.ts';
import { beginScript, readScript, type Script, type ScriptState } from '../systems-manager/script.ts';

/** A script that has come to its end. */
export type EndedScript = Extract<ScriptState, { ended: true }>;

/** Has a script run on a machine, or finds it sent already under the same key. @returns the command's id. */
export function beginOnMachine(
  { clouds }: ActivityDeps,
  vm: Pick<VmPlan, 'source'>,
  { instanceId, osType }: Pick<SourceInstance, 'instanceId' | 'osType'>,
  script: Pick<Script, 'key' | 'commands' | 'timeoutSeconds'>,
): Promise<string> {
  return beginScript(clouds.ssm(vm.source.region), { instanceId, osType, ...script });
}

/** How a script ended; waits until it has. */
export async function endOnMachine(
  { clouds, pollIntervalMs }: ActivityDeps,
  vm: Pick<VmPlan, 'source'>,
  { instanceId }: Pick<SourceInstance, 'instanceId'>,
  command: string,
): Promise<EndedScript> {
  const state = await readScript(clouds.ssm(vm.source.region), instanceId, command);
  if (!state.ended) throw notYet({ text: state.progress }, pollIntervalMs);
  return state;
}

/** Enough of a log to see why, in one line. */
export function lastLines(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .slice(-5)
    .join(' | ');
}
