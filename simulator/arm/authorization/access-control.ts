import { ArmError } from '../arm-error.ts';
import { neededRight, type Asked } from './action-name.ts';

/** Who asks: the one principal of the simulated tenant. */
export interface Caller {
  readonly clientId: string;
  readonly objectId: string;
}

/** What the caller may do in the subscription: as if one role were assigned to it there. */
export class AccessControl {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly #caller: Caller;
  readonly #allowed: readonly RegExp[];
  readonly #denied: readonly RegExp[];

  /** @param allow actions of the role, `*` standing for anything. @param deny its notActions. */
  constructor(caller: Caller, allow: readonly string[], deny: readonly string[]) {
    this.actions = allow;
    this.notActions = deny;
    this.#caller = caller;
    this.#allowed = allow.map(patternOf);
    this.#denied = deny.map(patternOf);
  }

  /** May the caller do this? */
  allows(action: string): boolean {
    return this.#allowed.some((one) => one.test(action)) && !this.#denied.some((one) => one.test(action));
  }

  /** @throws ArmError 403, in ARM's words, for a request that the caller has no right to. */
  require(asked: Asked): void {
    const needed = neededRight(asked);
    if (needed === undefined || this.allows(needed.action)) return;
    const { clientId, objectId } = this.#caller;
    throw new ArmError(
      403,
      'AuthorizationFailed',
      `The client '${clientId}' with object id '${objectId}' does not have authorization to perform action '${needed.action}' over scope '${needed.scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    );
  }
}

/** Actions are compared without case, `*` stands for any text, slashes included (documented). */
function patternOf(action: string): RegExp {
  const literal = action.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${literal.replaceAll('*', '.*')}$`, 'i');
}
