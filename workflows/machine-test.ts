import type { Comparison, ProbeResult, TestVm } from '../activities/index.ts';
import type { VmPlan } from '../plan/resolve.ts';
import { JointTesting } from './joint-test.ts';
import type { TestStatus } from './messages.ts';
import { timestamp } from './story.ts';

const hourMs = 3_600_000;

/** The tests of one machine: what people ask about them, how the last one stands, and whether it holds the cutover back. */
export class MachineTest {
  readonly #planned: () => VmPlan;
  readonly #address: string;
  #asked: boolean;
  #cleanUpAsked = false;
  /** Its part in the test of its group, where a recovery plan of the vault does that. */
  readonly joint = new JointTesting();
  readonly #tell: () => void;
  #status: TestStatus | undefined;

  /**
   * @param planned what the plan says of the machine now.
   * @param tell is called whenever the test stands otherwise.
   */
  constructor(planned: () => VmPlan, tell: () => void) {
    const vm = planned();
    this.#planned = planned;
    this.#address = `${vm.plan}/${vm.name}`;
    this.#asked = vm.testFailover === 'required';
    this.joint.want(this.#isJoint);
    this.#tell = tell;
  }

  get #vm(): VmPlan {
    return this.#planned();
  }

  /** A test that the plan requires is done with the machine's group, where a recovery plan of the vault does that. */
  get #isJoint(): boolean {
    return this.#asked && this.#vm.engine === 'site-recovery';
  }

  /** The plan says something else of the machine: a test that it requires now, and that nobody has made, is due. */
  changed(): void {
    if (this.#vm.testFailover !== 'required' || this.#status !== undefined || this.#asked) return;
    this.#asked = true;
    this.joint.want(this.#isJoint);
  }

  get status(): TestStatus | undefined {
    return this.#status;
  }

  get isAsked(): boolean {
    return this.#asked;
  }

  /** Why the machine may not cut over yet, where it is for want of a test. */
  get holdsBack(): string | undefined {
    if (this.#vm.testFailover !== 'required' || this.#status?.approvedBy !== undefined) return undefined;
    return 'no test of it was approved';
  }

  /** What somebody does next about it, where it holds the cutover back. */
  get next(): string | undefined {
    if (this.holdsBack === undefined) return undefined;
    return this.#status?.outcome === 'passed'
      ? `Approve its test: portage approve ${this.#address} --test`
      : `Test it: portage test-failover ${this.#address}`;
  }

  /** Somebody wants the test VM away, or nothing is left to see. */
  get isOver(): boolean {
    return this.#cleanUpAsked || this.#status?.approvedBy !== undefined;
  }

  // ---- how the test comes along

  begin(): void {
    this.#asked = false;
    this.#cleanUpAsked = false;
    this.joint.begin();
    this.#status = { state: 'running', startedAt: timestamp() };
    this.#tell();
  }

  made(azureVm: TestVm): void {
    const upUntil = new Date(Date.now() + this.stayMs).toISOString();
    this.#update({ azureVm, upUntil });
  }

  probed(probes: readonly ProbeResult[]): void {
    this.#update({ probes });
  }

  compared(comparison: Comparison): void {
    this.#update({ comparison });
  }

  /** Differences from the source that somebody has approved with the test. */
  get approvedDifferences(): readonly string[] {
    const { approvedBy, comparison } = this.#status ?? {};
    return approvedBy !== undefined && comparison?.kind === 'compared' ? comparison.differences : [];
  }

  passed(): void {
    this.#update({ state: 'up', outcome: 'passed', endedAt: timestamp() });
  }

  /** It was called off, or its VM never came to what the plan asks of it. */
  cleaningUp(): void {
    this.#update({ state: 'cleaning-up', ...(this.#status?.outcome === undefined && { outcome: 'failed' }) });
  }

  cleanedUp(): void {
    this.#update({ state: 'cleaned-up' });
  }

  /** The longest that its VM stays up, in milliseconds. */
  get stayMs(): number {
    return this.#vm.testStayHours * hourMs;
  }

  #update(more: Partial<TestStatus>): void {
    if (this.#status === undefined) return;
    this.#status = { ...this.#status, ...more };
    this.#tell();
  }

  // ---- messages

  /** @param isJointly the plan says when, and tests it with its group. */
  ask(isJointly = false): string {
    this.#asked = true;
    this.joint.want(isJointly);
    this.#tell();
    return `${this.#address} is tested in its test network as soon as it is ready; the source works on`;
  }

  /** @throws Error that says why no test can be asked for. */
  refuseAsk(): void {
    if (this.#vm.testFailover === 'never')
      throw new Error(`the plan says testFailover: never for ${this.#address}`);
    if (this.#vm.target.testNetworkId === undefined)
      throw new Error(`${this.#address} has no target.testNetwork in the plan: there is nowhere to test it`);
    if (this.#status !== undefined && this.#status.state !== 'cleaned-up')
      throw new Error(`a test of ${this.#address} is under way already`);
  }

  approve(by: string): string {
    const comparison = this.#status?.comparison;
    const digest = comparison?.kind === 'compared' ? comparison.digest : undefined;
    this.#update({
      ...{ approvedBy: by, approvedAt: timestamp() },
      ...(digest !== undefined && { approvedDigest: digest }),
    });
    const count = this.approvedDifferences.length;
    const differences =
      count === 0
        ? ''
        : `, with its ${count === 1 ? 'difference' : `${count} differences`} (${digest ?? ''})`;
    return `The test of ${this.#address} is approved by ${by}${differences}`;
  }

  /** @throws Error that says why there is nothing to approve. */
  refuseApprove(): void {
    if (this.#status?.outcome === 'passed' && this.#status.approvedBy === undefined) return;
    throw new Error(`there is no test of ${this.#address} to approve: ${this.#standing}`);
  }

  /** The test of its group is over: its VM goes with the others. */
  end(): void {
    this.#cleanUpAsked = true;
  }

  cleanUp(): string {
    this.#cleanUpAsked = true;
    const withOthers = this.joint.state === 'begun' ? ' together with those of its group' : '';
    return `The test of ${this.#address} is cleaned up${withOthers}; without an approval it has to be done again where the plan requires it`;
  }

  /** @throws Error that says why there is nothing to clean up. */
  refuseCleanUp(): void {
    if (this.#status?.state === 'running' || this.#status?.state === 'up') return;
    throw new Error(`there is no test VM of ${this.#address} to clean up: ${this.#standing}`);
  }

  get #standing(): string {
    if (this.#status === undefined) return 'it was not tested';
    const { state, outcome, approvedBy } = this.#status;
    if (approvedBy !== undefined) return `its test was approved by ${approvedBy}`;
    return `its test is ${state}${outcome === undefined ? '' : `, and ${outcome}`}`;
  }
}
