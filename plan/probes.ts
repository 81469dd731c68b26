import { vmId } from './azure-vm-id.ts';
import type { Target } from './resolve-machine.ts';

/** Who asks: Azure Resource Manager; the machine's own guest; another VM, by its ARM id. */
export type Asker = 'arm' | 'guest' | { readonly vm: string };

/** One check of a migrated machine before its commit. */
export type Probe =
  | { readonly kind: 'agent'; readonly from: 'arm' }
  | { readonly kind: 'tcp'; readonly port: number; readonly from: Exclude<Asker, 'arm'> }
  /** An address, or a port of the machine at whose root it is asked. */
  | { readonly kind: 'http'; readonly at: string | number; readonly from: Exclude<Asker, 'arm'> }
  | { readonly kind: 'runCommand'; readonly script: string; readonly from: Exclude<Asker, 'arm'> };

/** A check as the plan says it. */
interface SaidProbe {
  readonly agent?: 'ready' | undefined;
  readonly tcp?: number | undefined;
  readonly http?: string | number | undefined;
  readonly runCommand?: string | undefined;
  readonly from?: string | undefined;
}

/** A check, complete: without `from` it is the guest that asks, and Azure Resource Manager for its agent. */
export function resolveProbe({ tcp, http, runCommand, from: said }: SaidProbe, target: Target): Probe {
  const from = said?.startsWith('vm:') ? { vm: vmId(target, said.slice('vm:'.length)) } : 'guest';
  if (tcp !== undefined) return { kind: 'tcp', port: tcp, from };
  if (http !== undefined) return { kind: 'http', at: http, from };
  if (runCommand !== undefined) return { kind: 'runCommand', script: runCommand, from };
  return { kind: 'agent', from: 'arm' };
}
