import { getExternalWorkflowHandle } from '@temporalio/workflow';
import type { VmPlan } from '../plan/resolve.ts';
import {
  environmentWorkflowId,
  machineAgentSignal,
  machineReportSignal,
  planWorkflowId,
  type ApprovalsStatus,
  type MachineAgent,
  type MachineReport,
  type TestInBrief,
  type TestStatus,
} from './messages.ts';

/** What a machine tells its plan and its environment: in order, and without making the machine wait. */
export class MachineReports {
  readonly #vm: VmPlan;
  #sequence = 0;
  #agent: MachineAgent | undefined;
  #hasPlan = true;
  #sending: Promise<unknown> = Promise.resolve();

  constructor(vm: VmPlan) {
    this.#vm = vm;
  }

  /** Whether its plan ran when it was last told something. */
  get hasPlan(): boolean {
    return this.#hasPlan;
  }

  tellPlan(report: Omit<MachineReport, 'vm' | 'sequence'>): void {
    const { name, plan } = this.#vm;
    const told = { vm: name, sequence: ++this.#sequence, ...report };
    const handle = getExternalWorkflowHandle(planWorkflowId(plan));
    this.#sending = this.#sending
      .then(() => handle.signal(machineReportSignal, told))
      .then(
        () => void (this.#hasPlan = true),
        () => void (this.#hasPlan = false),
      );
  }

  /** How the machine's agent stands. */
  tellEnvironment(agent: Omit<MachineAgent, 'plan' | 'vm'>): void {
    this.#agent = { plan: this.#vm.plan, vm: this.#vm.name, ...agent };
    this.tellEnvironmentAgain();
  }

  /** Nobody needs to hear it where the environment has ended. */
  tellEnvironmentAgain(): void {
    const agent = this.#agent;
    if (agent === undefined) return;
    const handle = getExternalWorkflowHandle(environmentWorkflowId(this.#vm.environment));
    this.#sending = this.#sending.then(() => handle.signal(machineAgentSignal, agent)).catch(() => undefined);
  }

  /** Waits until the last report was heard. */
  async flushed(): Promise<void> {
    await this.#sending;
  }
}

/** As much of the approvals as its plan has to know. */
export function approvalsInBrief(status: ApprovalsStatus | undefined): Pick<MachineReport, 'approvals'> {
  if (status === undefined) return {};
  const { needed, subject, given } = status;
  return { approvals: { needed, subject, by: given.filter(({ counts }) => counts).map(({ by }) => by) } };
}

/** As much of a test as its plan has to know. */
export function testInBrief({ state, outcome, approvedBy }: TestStatus): TestInBrief {
  return { state, ...(outcome && { outcome }), ...(approvedBy !== undefined && { approvedBy }) };
}
