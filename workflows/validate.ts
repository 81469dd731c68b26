import { sleep } from '@temporalio/workflow';
import type { MigratedVm, ProbeResult } from '../activities/index.ts';
import type { Probe } from '../plan/resolve.ts';
import type { Trouble } from './attention.ts';
import type { MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import { runInAzure } from './run-in-azure.ts';

/** Validates a test VM. What nobody could ask inside its closed network is told, and does not count against it. */
export async function validateTestVm(run: MachineRun, found: Found, vm: MigratedVm): Promise<void> {
  const step = 'Validate the test VM';
  await run.step(step, ({ validate }) => run.wait(() => validate.awaitValidated(run.vm, vm)));
  for (;;) {
    const results = await probe(run, found, vm);
    run.test.probed(results);
    const failed = failedIn(vm, results);
    if (failed === undefined) return;
    await run.untilRetried(step, failed);
  }
}

/** Validates the real VM, until everything has passed or a person has accepted by name that it has not. */
export async function validateMigratedVm(run: MachineRun, found: Found, vm: MigratedVm): Promise<void> {
  const step = 'Validate the Azure VM';
  run.enter('validating');
  const byArm = await run.stepOr(step, ['accept'], async ({ validate }) => {
    await validate.awaitValidated(run.vm, vm);
    return 'validated' as const;
  });
  if (byArm === 'accept') return acceptedAnyway(run, 'what Azure Resource Manager tells of it');
  for (;;) {
    const results = await probe(run, found, vm);
    run.probed(results);
    const trouble = failedIn(vm, results) ?? unknownIn(vm, results);
    if (trouble === undefined) return;
    if ((await run.untilAnswered(step, trouble, ['accept'])) === 'accept')
      return acceptedAnyway(run, trouble.message);
  }
}

function acceptedAnyway(run: MachineRun, what: string): void {
  run.note(`Accepted anyway by ${run.decisions.answeredBy}: ${what}`);
}

/** Tries the plan's checks until none fails, or the time for it is over. Each change is in the story. */
async function probe(run: MachineRun, found: Found, vm: MigratedVm): Promise<readonly ProbeResult[]> {
  const { validationMs, settleMs } = await run.timing;
  const until = Date.now() + validationMs;
  let last = new Map<string, string>();
  for (;;) {
    const results = await probeOnce(run, found, vm);
    last = tellChanges(run, results, last);
    if (failures(results).length === 0 || Date.now() + settleMs > until) return results;
    await run.wait(() => sleep(settleMs, { summary: 'Before the checks are made again' }));
  }
}

async function probeOnce(run: MachineRun, found: Found, vm: MigratedVm): Promise<readonly ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (const probes of askedTogether(run.vm.validation)) results.push(...(await ask(run, found, vm, probes)));
  return results;
}

async function ask(
  run: MachineRun,
  { source }: Found,
  vm: MigratedVm,
  probes: readonly Probe[],
): Promise<readonly ProbeResult[]> {
  const asked = await runInAzure(
    run,
    'Make the checks of the plan',
    (activities, name) => activities.awaitProbes(run.vm, vm, source.osType, probes, name),
    (activities, name) => activities.removeProbe(run.vm, vm, probes, name),
  );
  if (!('kind' in asked)) return asked;
  return [{ probe: `checks from ${askerOf(probes)}`, outcome: 'inconclusive', why: asked.why }];
}

/** Checks of one asker go by one run command; a script by one of its own. */
function askedTogether(validation: readonly Probe[]): Probe[][] {
  const groups = new Map<string, Probe[]>();
  for (const [at, one] of validation.entries()) {
    if (one.kind === 'agent') continue;
    const key = one.kind === 'runCommand' ? `script ${at}` : askerOf([one]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function askerOf([first]: readonly Probe[]): string {
  return typeof first?.from === 'object' ? first.from.vm : 'the guest';
}

function tellChanges(
  run: MachineRun,
  results: readonly ProbeResult[],
  before: ReadonlyMap<string, string>,
): Map<string, string> {
  for (const result of results)
    if (before.get(result.probe) !== result.outcome) run.note(`Check ${inWords(result)}`);
  return new Map(results.map(({ probe, outcome }) => [probe, outcome]));
}

function inWords({ probe, outcome, why }: ProbeResult): string {
  return `${probe}: ${outcome}${why === undefined ? '' : `, ${why}`}`;
}

function failures(results: readonly ProbeResult[]): readonly ProbeResult[] {
  return results.filter(({ outcome }) => outcome === 'failed');
}

function failedIn({ name }: MigratedVm, results: readonly ProbeResult[]): Trouble | undefined {
  const failed = failures(results);
  if (failed.length === 0) return undefined;
  return {
    code: 'VALIDATION_FAILED',
    message: `${name} does not pass its checks: ${failed.map(inWords).join('; ')}`,
    suggestion: 'Cure it on the VM, then retry; or take another way out of those below',
  };
}

function unknownIn({ name }: MigratedVm, results: readonly ProbeResult[]): Trouble | undefined {
  const unknown = results.filter(({ outcome }) => outcome === 'inconclusive');
  if (unknown.length === 0) return undefined;
  return {
    code: 'VALIDATION_INCONCLUSIVE',
    message: `Nobody could make these checks of ${name}: ${unknown.map(inWords).join('; ')}`,
    suggestion:
      'See that the agent of whoever asks is Ready and reaches Azure’s services on port 443, then retry; or look yourself, and accept',
  };
}
