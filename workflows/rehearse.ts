import type { JobMark, TestVm } from '../activities/index.ts';
import { adaptTestVm } from './adapt.ts';
import { awaitJob } from './await-job.ts';
import { compareTestVm, pictureOfSource } from './compare-guests.ts';
import { TestEndAsked, type MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import type { Steps } from './steps.ts';
import { jobText } from './story.ts';
import { validateTestVm } from './validate.ts';

/**
 * Fails the machine over into its test network while the source works on, brings the copy to life and looks at it exactly
 * as the real one will be, and leaves it up for people to see. It is cleaned up in any case: when they have seen it, when
 * they have not within the plan's time, when the test fails for them, when the machine is given up.
 */
export async function rehearse(run: MachineRun, found: Found): Promise<void> {
  run.enter('testing');
  run.test.begin();
  const test: Test = { vm: undefined };
  const name = 'Clean up the test';
  const undo = { name, undo: () => run.step(name, (steps) => cleanUp(run, found, test, steps)) };
  run.onUndo(undo);
  try {
    test.vm = await testFailOver(run, found);
    await look(run, found, test.vm);
    await run.untilTestSeen();
  } catch (cause) {
    if (!(cause instanceof TestEndAsked)) throw cause;
  }
  run.test.cleaningUp();
  await run.undoServed(undo);
  run.test.cleanedUp();
  run.note('The test is cleaned up: nothing of it is left');
  run.enter('ready');
}

interface Test {
  /** Once it was found. */
  vm: TestVm | undefined;
}

async function testFailOver(run: MachineRun, { item }: Found): Promise<TestVm> {
  const vm = await run.step('Test failover', async ({ act, wait }) => {
    const job = await act.beginTestFailover(run.vm, item, await act.markItemJobs(item));
    run.note(`The test failover is accepted${jobText(job)}`);
    await awaitJob(run, { wait }, item, job);
    return act.findTestVm(run.vm, item);
  });
  run.test.made(vm);
  run.note(`The test VM is ${vm.name}, ${vm.size}`);
  return vm;
}

/** What the real VM will go through, the test VM goes through as well. */
async function look(run: MachineRun, found: Found, vm: TestVm): Promise<void> {
  await run.stepOr('Put on the test VM what the plan says', ['skip'], ({ act }) =>
    act.applyVmSettings(run.vm, vm),
  );
  await adaptTestVm(run, found, vm);
  await validateTestVm(run, found, vm);
  await compareTestVm(run, found, vm, await pictureOfSource(run, found));
  run.test.passed();
  run.note('The test VM is validated');
}

/** What was asked for last is given the time to show: a test that nobody saw would be left behind. */
async function cleanUp(
  run: MachineRun,
  { item }: Found,
  { vm }: Test,
  { act, wait, settle }: Steps,
): Promise<void> {
  if (vm === undefined) await settle();
  await wait.awaitTestSettled(item);
  const mark: JobMark = await act.markItemJobs(item);
  const made = vm ?? (await act.lookForTestVm(run.vm, item));
  const job = await act.beginTestCleanUp(item, mark, `Portage: ${run.address}`);
  await awaitJob(run, { wait }, item, job);
  if (made !== undefined) await act.checkTestGone(item, made);
}
