import { setHandler } from '@temporalio/workflow';
import { changeText } from '../plan/changes-in-words.ts';
import { machineChanges } from '../plan/plan-changes.ts';
import type { VmPlan } from '../plan/resolve.ts';
import { whyTooLate, type Standing } from './late-changes.ts';
import type { MachineRun } from './machine-run.ts';
import {
  changeSettingsSignal,
  type AnsweredChange,
  type ChangeNumber,
  type SettingsChange,
} from './messages.ts';

/** What the plan says of a machine now: read where it is used. */
export class MachineSettings {
  #vm: VmPlan;
  #answer: AnsweredChange | undefined;
  /** What the item was last brought to. */
  #inAzure: VmPlan | undefined;

  constructor(vm: VmPlan) {
    this.#vm = vm;
  }

  get vm(): VmPlan {
    return this.#vm;
  }

  /** What became of the last change. */
  get answer(): AnsweredChange | undefined {
    return this.#answer;
  }

  /** The plan has changed what the failover will make since that was set in Azure. */
  get lacksTarget(): boolean {
    return this.#inAzure !== undefined && settable(this.#inAzure) !== settable(this.#vm);
  }

  /** @param vm what the item was brought to. */
  targetIsSet(vm: VmPlan): void {
    this.#inAzure = vm;
  }

  isNew(change: ChangeNumber): boolean {
    return this.#answer === undefined || isLater(change, this.#answer);
  }

  take({ run, revision, vm }: SettingsChange): void {
    this.#answer = { run, revision };
    this.#vm = vm;
  }

  refuse({ run, revision }: SettingsChange, refused: string): void {
    this.#answer = { run, revision, refused };
  }
}

/** Has a machine take what its plan says otherwise of it, unless that was used meanwhile. */
export function listenToChanges(run: MachineRun): void {
  setHandler(changeSettingsSignal, (change) => {
    if (!run.settings.isNew(change)) return;
    const changes = machineChanges(run.vm, change.vm);
    const tooLate = changes.flatMap(({ key, to }) => {
      const why = whyTooLate(key, to !== undefined, standingOf(run));
      return why === undefined ? [] : `${key}: ${why}`;
    });
    if (tooLate.length > 0) {
      run.settings.refuse(change, tooLate.join('; '));
      run.note(
        `A change of the plan by ${change.by} came too late, nothing of it is applied: ${tooLate.join('; ')}`,
      );
    } else {
      run.settings.take(change);
      run.note(`The plan was changed by ${change.by}: ${changes.map(changeText).join('; ')}`);
      run.test.changed();
    }
    run.tell();
  });
}

function standingOf({ phase, attention, cutover }: MachineRun): Standing {
  return {
    phase,
    hasFailed: attention?.kind === 'failed',
    isInAzure: cutover.isInAzure || cutover.isOneWay,
  };
}

/** Later than another, by the plan's runs. */
export function isLater(one: ChangeNumber, other: ChangeNumber): boolean {
  return one.run > other.run || (one.run === other.run && one.revision > other.revision);
}

/** As much of the target as can be set on a protected item. */
function settable({ target }: VmPlan): string {
  const { vmName, networkId, subnetName, testNetworkId, testSubnetName } = target;
  const { size, nextSizes, privateIp, testPrivateIp, interfaces } = target;
  return JSON.stringify([
    ...[vmName, networkId, subnetName, testNetworkId, testSubnetName],
    ...[size, nextSizes, privateIp, testPrivateIp, interfaces],
  ]);
}
