import type { PortageClient } from '../client/index.ts';

/** A command line that Portage suggests, as far as it names one plan or machine. */
export interface Suggested {
  readonly verb: string;
  readonly plan: string;
  readonly vm: string | undefined;
  readonly rest: readonly string[];
}

/** Every command that a suggestion names, in its order. */
export function commandsIn(text: string): Suggested[] {
  return [...text.matchAll(/portage ([a-z-]+) (\S+?)(?=[\s,;.]|$)((?: (?:--)?[\w/-]+)*)/g)].map(
    ([, verb = '', address = '', rest = '']) => {
      const [plan = '', vm] = address.split('/');
      return { verb, plan, vm, rest: rest.split(' ').filter((word) => word !== '') };
    },
  );
}

/** Does what a command line would do. @returns false where it only looks at something. */
export async function follow(portage: PortageClient, command: Suggested): Promise<boolean> {
  const { verb, plan, vm, rest } = command;
  const address = vm === undefined ? { plan } : { plan, vm };
  const [first = ''] = rest;
  switch (verb) {
    case 'retry':
      return did(portage.retry(address));
    case 'confirm':
      return did(portage.confirm(plan, vm ?? '', first));
    case 'turn-back':
      return did(portage.turnBack(address, {}, { afterFailover: rest.includes('--after-failover') }));
    case 'clean-up':
      return did(portage.cleanUpTest(address));
    case 'approve':
      return did(portage.approveTest(address));
    case 'test-failover':
      return did(portage.requestTestFailover(address));
    case 'failover':
      return did(portage.requestFailover(address));
    case 'complete':
      return did(portage.completeAction(plan, first));
    default:
      return false;
  }
}

async function did(asked: Promise<string>): Promise<true> {
  await asked;
  return true;
}
