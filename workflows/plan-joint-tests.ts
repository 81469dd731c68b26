import type { ResolvedGroup } from '../plan/resolve.ts';
import { canBeTested, hasFailed, isThrough, type Machine } from './plan-machines.ts';

/** What is to be done about the tests of a group: whose test begins, and who is tested, or cleaned up, by itself. */
export interface JointTestWork {
  readonly begin: readonly Machine[];
  readonly alone: readonly Machine[];
}

/** The test failovers that recovery plans of the vault do for whole groups of a plan: one at a time for each. */
export class PlanJointTests {
  readonly #standing = new Map<string, readonly Machine[]>();
  readonly #closed = new Set<string>();

  /** The group's machines can be tested together: its turn to cut over has not come, and they have one test network. */
  isPossible({ name }: ResolvedGroup, machines: readonly Machine[]): boolean {
    return !this.#closed.has(name) && networksOf(machines).length === 1;
  }

  /** A test of the group stands, or is being made. */
  isStanding({ name }: ResolvedGroup): boolean {
    return this.#standing.has(name);
  }

  /** The group's turn has come: no test of it begins any more, and one that stands is over. */
  isClosed({ name }: ResolvedGroup): boolean {
    return this.#closed.has(name);
  }

  close({ name }: ResolvedGroup): void {
    this.#closed.add(name);
  }

  /** @param members those who take part: everybody else is on their own. */
  begin({ name }: ResolvedGroup, members: readonly Machine[]): void {
    this.#standing.set(name, members);
  }

  end({ name }: ResolvedGroup): void {
    this.#standing.delete(name);
  }

  work(group: ResolvedGroup, machines: readonly Machine[]): JointTestWork {
    const members = this.#standing.get(group.name);
    const open = machines.filter(
      (one) => one.report.jointTest !== undefined && members?.includes(one) !== true,
    );
    if (members !== undefined || !this.isPossible(group, machines)) return { begin: [], alone: open };
    const waiting = open.filter(({ report }) => report.jointTest === 'waiting');
    return {
      begin: machines.some(isOnItsWay) ? [] : waiting,
      alone: open.filter((one) => !waiting.includes(one)),
    };
  }
}

function networksOf(machines: readonly Machine[]): readonly string[] {
  const tested = machines.filter(({ vm }) => vm.testFailover !== 'never');
  return [...new Set(tested.flatMap(({ vm }) => vm.target.testNetworkId?.toLowerCase() ?? []))];
}

/** It is to be tested with its group, and will be ready for that by itself: who has failed is not waited for. */
function isOnItsWay(machine: Machine): boolean {
  const { wantsJointTest, report } = machine;
  if (!wantsJointTest || report.jointTest !== undefined) return false;
  return canBeTested(machine) && !isThrough(machine) && !hasFailed(machine);
}
