import type { Action } from '../plan/resolve.ts';
import type { ActionStatus } from './messages.ts';

/** How far actions have come. */
export class ActionStates {
  readonly #states = new Map<string, ActionStatus['state']>();

  set({ id }: Action, state: ActionStatus['state']): void {
    this.#states.set(id, state);
  }

  /** @param id of an action. */
  of(id: string): ActionStatus['state'] {
    return this.#states.get(id) ?? 'waiting';
  }

  /** It was done, or gone on without. */
  isOver({ id }: Action): boolean {
    return ['done', 'skipped'].includes(this.of(id));
  }

  /** The ids of those that are being done now. */
  get open(): readonly string[] {
    return [...this.#states].flatMap(([id, state]) => (state === 'open' ? id : []));
  }

  status(actions: readonly Action[]): ActionStatus[] {
    return actions.map((action) => ({
      id: action.id,
      kind: action.kind,
      text: textOf(action),
      state: this.of(action.id),
    }));
  }
}

/** An action in words. */
export function textOf(action: Action): string {
  switch (action.kind) {
    case 'manual':
      return action.text;
    case 'webhook':
      return `webhook ${action.id}`;
    case 'ssm':
      return `commands ${action.id} on ${'machine' in action.on ? action.on.machine : action.on.instanceId}`;
    case 'runCommand':
      return `commands ${action.id} on the VM ${'machine' in action.on ? action.on.machine : action.on.vmId}`;
  }
}
