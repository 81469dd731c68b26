import { ApplicationFailure } from '@temporalio/common';
import { setHandler } from '@temporalio/workflow';
import {
  planApproveCutoverUpdate,
  planApproveTestUpdate,
  planCleanUpTestUpdate,
  planRequestTestFailoverUpdate,
  type Selection,
} from './messages.ts';
import { passOn, passOnApproval, passOnCutoverApproval, passOnTest } from './pass-on.ts';
import type { PlanContent } from './plan-content.ts';
import type { PlanJointTests } from './plan-joint-tests.ts';
import {
  canApprove,
  canBeTested,
  hasBegun,
  isEverything,
  isUnderTest,
  lacksApprovals,
  namesOf,
  waitsForApproval,
  type Machine,
  type PlanMachines,
} from './plan-machines.ts';
import { whoAsks } from './who-asks.ts';

/** What people ask a plan about the tests of its machines, and what they approve. */
export class PlanTests {
  readonly #content: PlanContent;
  readonly #machines: PlanMachines;
  readonly #joint: PlanJointTests;
  readonly #note: (text: string) => void;

  constructor(
    content: PlanContent,
    machines: PlanMachines,
    joint: PlanJointTests,
    note: (text: string) => void,
  ) {
    this.#content = content;
    this.#machines = machines;
    this.#joint = joint;
    this.#note = note;
  }

  /** Takes messages from now on. */
  listen(): void {
    setHandler(planRequestTestFailoverUpdate, (selection?: Selection) => this.#test(selection), {
      validator: (selection: Selection = {}) =>
        this.#machines.requireAny(
          selection,
          canBeTested,
          'No machine chosen can be tested: the plan names no test network, says testFailover: never, or its cutover has begun',
        ),
    });
    setHandler(planApproveTestUpdate, (selection?: Selection) => this.#approveTests(selection), {
      validator: (selection: Selection = {}) =>
        this.#machines.requireAny(selection, waitsForApproval, 'No machine chosen has a test to approve'),
    });
    setHandler(planApproveCutoverUpdate, (selection?: Selection) => this.#approveCutovers(selection), {
      validator: (selection: Selection = {}) =>
        this.#machines.requireAny(
          selection,
          lacksApprovals,
          'No machine chosen is ready and lacks approvals of its cutover',
        ),
    });
    setHandler(planCleanUpTestUpdate, (selection?: Selection) => this.#cleanUpTests(selection), {
      validator: (selection: Selection = {}) =>
        this.#machines.requireAny(selection, isUnderTest, 'No machine chosen has a test VM'),
    });
  }

  #test(selection: Selection = {}): string {
    const chosen = this.#machines.select(selection);
    const testable = chosen.filter(canBeTested);
    const groups = this.#groupsTestedJointly(selection);
    for (const machine of testable) {
      const jointly = groups.includes(machine.vm.group);
      machine.testAsked = { jointly };
      machine.wantsJointTest = jointly;
      if (hasBegun(machine)) this.passOn(machine);
    }
    this.#note(`Test failover asked for: ${namesOf(testable)}`);
    const together =
      groups.length === 0 ? '' : `; by the vault’s recovery plan, as a group: ${groups.join(', ')}`;
    return `${testable.length} of ${chosen.length} machines chosen are tested as soon as they are ready: ${namesOf(testable)}${together}`;
  }

  /** The groups that were chosen as a whole, and that a recovery plan of the vault can test. */
  #groupsTestedJointly(selection: Selection): readonly string[] {
    const { engine, groups } = this.#content.plan;
    if (engine !== 'site-recovery') return [];
    return groups
      .filter(({ name }) => isEverything(selection) || selection.groups?.includes(name))
      .filter((group) => this.#joint.isPossible(group, this.#machines.inGroup(group)))
      .map(({ name }) => name);
  }

  /** It can hear now what was asked for before it began. */
  passOn(machine: Machine): void {
    const { testAsked } = machine;
    if (testAsked === undefined) return;
    machine.testAsked = undefined;
    void passOnTest(machine, testAsked);
  }

  async #approveTests(selection: Selection = {}): Promise<string> {
    const chosen = this.#machines.select(selection).filter(waitsForApproval);
    const by = await whoAsks();
    await Promise.all(chosen.map((machine) => passOnApproval(machine, { by })));
    this.#note(`Tests approved by ${by}: ${namesOf(chosen)}`);
    return `Approved by ${by}: the tests of ${namesOf(chosen)}`;
  }

  async #approveCutovers(selection: Selection = {}): Promise<string> {
    const seen = this.#machines.select(selection).filter(lacksApprovals);
    const subjects = new Map(seen.map((machine) => [machine, machine.report.approvals?.subject ?? '']));
    const by = await whoAsks();
    const chosen = seen.filter((machine) => canApprove(by, machine));
    const names = namesOf(chosen);
    if (names === '')
      throw ApplicationFailure.nonRetryable(
        `The approval of ${by} counts for no machine chosen: ${by} has approved already, or is not named in approvals.from`,
        'Refused',
      );
    const pass = (machine: Machine) =>
      passOnCutoverApproval(machine, { by, subject: subjects.get(machine) ?? '' });
    await Promise.all(chosen.map(pass));
    this.#note(`Cutovers approved by ${by}: ${names}`);
    return `Approved by ${by}: the cutovers of ${names}`;
  }

  #cleanUpTests(selection: Selection = {}): string {
    const chosen = this.#machines.select(selection).filter(isUnderTest);
    for (const machine of chosen) void passOn(machine, 'cleanUpTest');
    return `Test VMs are cleaned up: ${namesOf(chosen)}`;
  }
}
