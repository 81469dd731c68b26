import { vmId } from './azure-vm-id.ts';
import type { Target } from './resolve-machine.ts';
import { isInstanceId, type SaidAction } from './schema-action.ts';

/** What is done before or after a cutover. `id` is `<group>/before/1` or `<group>/<vm>/before/1`, counted from 1. */
export type Action = ManualAction | AutomaticAction;

/** Waits until a person has done it. */
export interface ManualAction {
  readonly kind: 'manual';
  readonly id: string;
  readonly text: string;
}

/** What Portage does by itself, and how it ends when it cannot. */
export type AutomaticAction = WebhookAction | CommandsAction;

export interface WebhookAction extends ActionPolicy {
  readonly kind: 'webhook';
  readonly id: string;
  readonly url: string | { readonly env: string };
}

/** Commands on a source by Systems Manager, or on an Azure VM by a run command. */
export type CommandsAction =
  | (ActionPolicy & {
      readonly kind: 'ssm';
      readonly id: string;
      readonly commands: string;
      readonly on: { readonly instanceId: string; readonly region: string } | MachineOfPlan;
    })
  | (ActionPolicy & {
      readonly kind: 'runCommand';
      readonly id: string;
      readonly commands: string;
      readonly on: { readonly vmId: string } | MachineOfPlan;
    });

/** The source, or the migrated VM, of a machine of the plan, by its name. */
export interface MachineOfPlan {
  readonly machine: string;
}

export interface ActionPolicy {
  /** How long one doing of it may take. */
  readonly withinMinutes: number;
  /** How often it is done again by itself when it has failed. */
  readonly retries: number;
  /** What happens when it has failed for good; `turn-back` before a machine's stop only. */
  readonly otherwise: 'ask' | 'go-on' | 'turn-back';
}

/** Where actions stand. */
interface ActionPlace {
  /** `<group>/before` or `<group>/<vm>/before`. */
  readonly path: string;
  /** Of instances that are named by their id. */
  readonly region: string;
  readonly target: Target;
  /** What runs there where no `on` says otherwise; absent for a group, whose actions always say. */
  readonly machine?: string;
}

/** Actions in their order, with every default worked out. */
export function resolveActions(said: readonly SaidAction[] | undefined, place: ActionPlace): Action[] {
  return (said ?? []).map((action, index) => resolveAction(action, `${place.path}/${index + 1}`, place));
}

function resolveAction(said: SaidAction, id: string, { region, target, machine = '' }: ActionPlace): Action {
  const { manual, webhook, ssm, runCommand, on = machine } = said;
  if (manual !== undefined) return { kind: 'manual', id, text: manual };
  const { withinMinutes = 30, retries = 0, otherwise = 'ask' } = said;
  const policy = { withinMinutes, retries, otherwise };
  if (webhook !== undefined) return { kind: 'webhook', id, url: webhook, ...policy };
  if (ssm !== undefined)
    return {
      kind: 'ssm',
      id,
      commands: ssm,
      on: isInstanceId(on) ? { instanceId: on, region } : { machine: on },
      ...policy,
    };
  return {
    kind: 'runCommand',
    id,
    commands: runCommand ?? '',
    on: on.startsWith('vm:') ? { vmId: vmId(target, on.slice('vm:'.length)) } : { machine: on },
    ...policy,
  };
}
