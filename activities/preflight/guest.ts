import { setTimeout } from 'node:timers/promises';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { isThrottled } from '../cloud-errors.ts';
import { managedState } from '../systems-manager/managed.ts';
import { readScript, sendScript, type ScriptState } from '../systems-manager/script.ts';
import { sections } from '../systems-manager/sections.ts';
import type { BootMode } from './boot-mode.ts';
import { linuxScript, readLinux, type LinuxGuest } from './guest-linux.ts';
import { readWindows, windowsScript, type WindowsGuest } from './guest-windows.ts';

export type Guest = WindowsGuest | LinuxGuest;

/** What looking inside a machine came to. */
export type GuestLook =
  | { readonly kind: 'seen'; readonly guest: Guest }
  /** Systems Manager does not know the machine. */
  | { readonly kind: 'unmanaged' }
  /** Systems Manager knows it, and did not get to it. */
  | { readonly kind: 'unseen'; readonly why: string };

/** The machine to look into. */
export interface Inside {
  readonly instanceId: string;
  readonly osType: 'Windows' | 'Linux';
  readonly bootMode: BootMode | undefined;
}

const firstLookMs = 100;

/**
 * Looks inside a machine through Systems Manager: one script, which prints everything that preflight asks and changes
 * nothing. Sent anew for each check: what it said yesterday may be cured today.
 * @param patienceMs how long to wait for its end before the look counts as unseen.
 * @throws SSMServiceException where the caller may not ask.
 */
export async function lookInside(
  ssm: SSMClient,
  { instanceId, osType, bootMode }: Inside,
  patienceMs: number,
): Promise<GuestLook> {
  const state = await managedState(ssm, instanceId);
  if (state === 'unknown') return { kind: 'unmanaged' };
  if (state === 'lost') return { kind: 'unseen', why: 'its Systems Manager agent has stopped reporting' };
  const commands = osType === 'Windows' ? windowsScript(bootMode) : linuxScript(bootMode);
  const commandId = await sendScript(ssm, {
    instanceId,
    osType,
    key: 'Portage preflight: reads only',
    commands,
    timeoutSeconds: 120,
  });
  const end = await endOf(() => readScript(ssm, instanceId, commandId), patienceMs);
  const printed = end?.ended === true ? sections(end.output) : new Map<string, readonly string[]>();
  if (printed.size === 0)
    return { kind: 'unseen', why: `command ${commandId} has brought nothing: ${whatOf(end)}` };
  return { kind: 'seen', guest: osType === 'Windows' ? readWindows(printed) : readLinux(printed) };
}

/** A few looks, each twice as far from the last. Being throttled is no end: the script runs on. */
async function endOf(look: () => Promise<ScriptState>, patienceMs: number): Promise<ScriptState | undefined> {
  let last: ScriptState | undefined;
  for (let waitMs = firstLookMs; waitMs <= patienceMs / 2 && last?.ended !== true; waitMs *= 2) {
    await setTimeout(waitMs);
    last = await look().catch((error: unknown) => {
      if (isThrottled(error)) return last;
      throw error;
    });
  }
  return last;
}

function whatOf(end: ScriptState | undefined): string {
  if (end === undefined) return 'Systems Manager did not say how it stands';
  if (!end.ended) return 'it had not ended in time';
  const said = end.errors.trim().split('\n')[0] ?? '';
  return [`${end.status}, exit code ${end.exitCode}`, said].filter(Boolean).join(', ');
}
