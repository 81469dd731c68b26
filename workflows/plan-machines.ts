import { isAmong, personOf } from '../plan/people.ts';
import type { ResolvedGroup, ResolvedPlan, VmPlan } from '../plan/resolve.ts';
import type { Standing } from './late-changes.ts';
import {
  machineWorkflowId,
  type HeldBack,
  type MachineReport,
  type PlanMachine,
  type ReleaseTerms,
  type Selection,
  type SettingsChange,
  type TestHow,
} from './messages.ts';
import { isBeforeReady, isEnded } from './phases.ts';
import type { PlanContent } from './plan-content.ts';

/** A machine as its plan keeps it. */
export interface Machine {
  /** What the plan says of it now. */
  vm: VmPlan;
  readonly workflowId: string;
  report: MachineReport;
  started: boolean;
  /** A person, or `cutover: automatic`, has released it for failover. */
  released: boolean;
  /** Somebody has released it on terms of its own. */
  hasTerms: boolean;
  /** Those terms, as long as it has no workflow that could hear of them. */
  terms: ReleaseTerms | undefined;
  /** It has been told those terms, and has not reported since. */
  answersTerms: boolean;
  /** The longest cutover of another machine that it has been told of. */
  learntMs: number;
  /** The plan has told it to cut over. */
  told: boolean;
  /** A test was asked for before it had a workflow that could hear of it. */
  testAsked: TestHow | undefined;
  /** It is to be tested with its group, by a recovery plan of the vault, and was not yet. */
  wantsJointTest: boolean;
  /** What it was told that the plan says of it, as long as it has not answered. */
  change: Change | undefined;
  /** A person has given it up before it began. */
  givenUp: boolean;
}

/** A change of the plan that a machine has to hear of. */
interface Change {
  readonly told: SettingsChange;
  /** What the plan said of it before. */
  readonly before: VmPlan;
  isTold: boolean;
}

/** All machines of a plan, as they last reported. */
export class PlanMachines {
  readonly #content: PlanContent;
  readonly #byName: ReadonlyMap<string, Machine>;

  constructor(content: PlanContent) {
    this.#content = content;
    const vms = content.plan.groups.flatMap(({ machines }) => machines);
    this.#byName = new Map(vms.map((vm) => [vm.name, asMachine(vm)]));
  }

  get #plan(): ResolvedPlan {
    return this.#content.plan;
  }

  get all(): readonly Machine[] {
    return [...this.#byName.values()];
  }

  /** Those that have a workflow which has not ended. */
  get running(): readonly Machine[] {
    return this.all.filter(({ started, report }) => started && !isEnded(report.phase));
  }

  of(name: string): Machine {
    const machine = this.#byName.get(name);
    if (machine === undefined) throw new Error(`Plan ${this.#plan.name} has no machine ${name}`);
    return machine;
  }

  /** Where a machine stands, as far as it says what may be changed. */
  standing(name: string): Standing {
    const { report } = this.of(name);
    return {
      phase: report.phase,
      hasFailed: report.attention?.kind === 'failed',
      isInAzure: report.isInAzure ?? false,
    };
  }

  /**
   * Every machine goes by what the plan says now.
   * @param told what a machine is told of it.
   * @returns those with a workflow that something is new for.
   */
  change(told: (vm: VmPlan) => SettingsChange): readonly Machine[] {
    const next = this.#plan.groups.flatMap(({ machines }) => machines);
    return next.flatMap((vm) => {
      const machine = this.of(vm.name);
      const before = machine.vm;
      if (JSON.stringify(before) === JSON.stringify(vm)) return [];
      machine.vm = vm;
      if (before.cutover !== vm.cutover) machine.released = vm.cutover === 'automatic';
      if (before.testFailover !== vm.testFailover && machine.report.test === undefined)
        machine.wantsJointTest = wantsJointTest(vm);
      if (!machine.started) return [];
      machine.change = { told: told(asTold(vm)), before, isTold: false };
      return machine;
    });
  }

  inGroup({ machines }: ResolvedGroup): readonly Machine[] {
    return machines.map(({ name }) => this.of(name));
  }

  /** The machines that a selection names; all, when it names none. */
  select({ vms = [], groups = [] }: Selection): readonly Machine[] {
    const everything = isEverything({ vms, groups });
    return this.all.filter(({ vm }) => everything || vms.includes(vm.name) || groups.includes(vm.group));
  }

  /** @throws Error that names what the plan does not have. */
  refuseUnknown({ vms = [], groups = [] }: Selection): void {
    const unknown = [
      ...vms.filter((name) => !this.#byName.has(name)).map((name) => `machine ${name}`),
      ...groups
        .filter((name) => !this.#plan.groups.some((group) => group.name === name))
        .map((name) => `group ${name}`),
    ];
    if (unknown.length > 0) throw new Error(`Plan ${this.#plan.name} has no ${unknown.join(', no ')}`);
  }

  /** @throws Error where a choice names what is not there, or none of it fits. */
  requireAny(selection: Selection, fits: (machine: Machine) => boolean, refusal: string): void {
    this.refuseUnknown(selection);
    if (!this.select(selection).some(fits)) throw new Error(refusal);
  }

  /** Undefined: the plan has no such machine. */
  lastReport(name: string): MachineReport | undefined {
    return this.#byName.get(name)?.report;
  }

  /** Takes a report, unless a later one was heard before. @returns whether it was taken. */
  heard(report: MachineReport): boolean {
    const machine = this.#byName.get(report.vm);
    if (machine === undefined || !isLater(report, machine.report)) return false;
    machine.started = true;
    if (hasBeenTested(machine, report)) machine.wantsJointTest = false;
    machine.report = report;
    machine.answersTerms = false;
    if (report.joint !== undefined) machine.released = true;
    return true;
  }

  /** Machines whose step failed or that were aborted; not those that wait for a person's planned step. */
  get failures(): number {
    return this.all.filter(({ report }) => report.phase === 'aborted' || report.attention?.kind === 'failed')
      .length;
  }

  /** The limits let one more begin. A machine in attention, and one that is ready, holds nobody up from replicating. */
  get hasSlot(): boolean {
    const { inFlight, initialReplications } = this.#plan.limits;
    const busy = this.running.filter(({ report }) => report.attention === undefined);
    const copying = busy.filter(({ report }) => isBeforeReady(report.phase));
    return busy.length < inFlight && copying.length < initialReplications;
  }

  /** Something of the group is released, and all that is released can cut over or has to be repaired first. */
  canCutOver(group: ResolvedGroup): boolean {
    const released = this.inGroup(group).filter((machine) => machine.released && !isThrough(machine));
    return released.length > 0 && released.every((machine) => machine.told || isReadyOrOut(machine));
  }

  /** Nothing of the group is left to cut over in this run. */
  isThrough(group: ResolvedGroup): boolean {
    return this.inGroup(group).every(isThrough);
  }

  status(group: ResolvedGroup): PlanMachine[] {
    return this.inGroup(group).map(({ vm, released, report }) => ({
      vm: vm.name,
      phase: report.phase,
      released,
      turnedBack: report.turnedBack,
      ...heldBackOf(report),
      ...(report.test && { test: report.test }),
      ...(report.approvals && { approvals: report.approvals }),
      ...(report.attention && { attention: report.attention }),
      ...(report.azureVm !== undefined && { azureVm: report.azureVm }),
    }));
  }
}

/** Its test has begun, or had been done when it was first heard of. */
function hasBeenTested(machine: Machine, { test }: MachineReport): boolean {
  return test?.state === 'running' || (test !== undefined && !hasBegun(machine));
}

function heldBackOf({ heldBack, heldBackUntil, window }: MachineReport): HeldBack {
  return {
    ...(heldBack !== undefined && { heldBack }),
    ...(heldBackUntil !== undefined && { heldBackUntil }),
    ...(window && { window }),
  };
}

/** Out of this run of its group: ended, or turned back. */
export function isThrough({ report }: Machine): boolean {
  return isEnded(report.phase) || report.turnedBack;
}

/**
 * Some wait for the recovery plan of their group, and none is on its way to: who has failed is not waited for, and has
 * the recovery plan run once more when it is repaired.
 */
export function canFailOverTogether(machines: readonly Machine[]): boolean {
  return machines.some(isJoining) && !machines.some(isOnItsWay);
}

/** It waits for the recovery plan of its group, with or without having heard that it is about to begin. */
export function isJoining({ report }: Machine): boolean {
  return report.joint === 'waiting' || report.joint === 'joined';
}

function isOnItsWay(machine: Machine): boolean {
  const isHeldBack = machine.report.heldBack !== undefined;
  const begun = (machine.told && !isHeldBack) || isCuttingOver(machine);
  return begun && machine.report.joint === undefined && !isThrough(machine) && !hasFailed(machine);
}

/** Between its release and its end. */
export function isCuttingOver({ report }: Machine): boolean {
  return !isBeforeReady(report.phase) && report.phase !== 'ready' && !isEnded(report.phase);
}

/** It is bound to windows, and its cutover has not begun: it wants to know how long others took. */
export function awaitsWindow({ vm, report }: Machine): boolean {
  const isBefore = isBeforeReady(report.phase) || ['ready', 'testing'].includes(report.phase);
  return isBefore && (vm.windows !== undefined || report.window !== undefined);
}

/** Its workflow has reported: it hears what it is told. */
export function hasBegun({ report }: Machine): boolean {
  return report.sequence > 0;
}

/** It may be tested: the plan lets it be, there is a network to do it in, and its cutover has not begun. */
export function canBeTested({ vm, report }: Machine): boolean {
  const isPlanned = vm.testFailover !== 'never' && vm.target.testNetworkId !== undefined;
  return isPlanned && (isBeforeReady(report.phase) || report.phase === 'ready');
}

/** Its last test was well, and nobody has approved it yet. */
export function waitsForApproval({ report: { test } }: Machine): boolean {
  return test?.outcome === 'passed' && test.approvedBy === undefined;
}

/** Its cutover has not begun, and lacks approvals. */
export function lacksApprovals({ report: { phase, approvals } }: Machine): boolean {
  const isWaiting = phase === 'ready' || phase === 'testing';
  return isWaiting && approvals !== undefined && approvals.by.length < approvals.needed;
}

/** This person's approval of its cutover would count. */
export function canApprove(by: string, { vm, report: { approvals } }: Machine): boolean {
  const isNamed = vm.approvals?.from === undefined || isAmong(by, vm.approvals.from);
  return isNamed && !approvals?.by.some((other) => personOf(other) === personOf(by));
}

/** A test VM of it stands, or is being made. */
export function isUnderTest({ report: { test } }: Machine): boolean {
  return test?.state === 'running' || test?.state === 'up';
}

/** Its attention offers a command: `portage skip …`. */
export function offers({ report: { attention } }: Machine, command: 'skip' | 'accept'): boolean {
  return attention?.choices.some((choice) => choice.startsWith(`portage ${command} `)) ?? false;
}

/** It names no machine and no group: all are meant. */
export function isEverything({ vms = [], groups = [] }: Selection): boolean {
  return vms.length === 0 && groups.length === 0;
}

/** Their names, in one line. */
export function namesOf(machines: readonly Machine[]): string {
  return machines.map(({ vm }) => vm.name).join(', ');
}

export function hasFailed({ report }: Machine): boolean {
  return report.attention?.kind === 'failed';
}

/** In a plan, the plan says when: its machines wait for its signal, also those with `cutover: automatic`. */
export function asTold(vm: VmPlan): VmPlan {
  return { ...vm, cutover: 'manual' };
}

function asMachine(vm: VmPlan): Machine {
  const report: MachineReport = { vm: vm.name, run: 0, sequence: 0, phase: 'queued', turnedBack: false };
  const released = vm.cutover === 'automatic';
  return {
    vm,
    workflowId: machineWorkflowId(vm.plan, vm.name),
    report,
    started: false,
    released,
    hasTerms: false,
    terms: undefined,
    answersTerms: false,
    learntMs: 0,
    told: false,
    testAsked: undefined,
    wantsJointTest: wantsJointTest(vm),
    change: undefined,
    givenUp: false,
  };
}

function wantsJointTest({ engine, testFailover }: VmPlan): boolean {
  return engine === 'site-recovery' && testFailover === 'required';
}

function isLater(one: MachineReport, other: MachineReport): boolean {
  return one.run > other.run || (one.run === other.run && one.sequence > other.sequence);
}

/** It need not be waited for: it can cut over, or somebody has to repair it first. */
function isReadyOrOut(machine: Machine): boolean {
  const { phase, heldBack } = machine.report;
  const isHeldBack = heldBack !== undefined || machine.answersTerms;
  return (!isBeforeReady(phase) && !isHeldBack) || hasFailed(machine);
}
