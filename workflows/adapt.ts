import type { Adapted, AdaptationResult, MigratedVm } from '../activities/index.ts';
import type { Trouble } from './attention.ts';
import type { MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import { runInAzure } from './run-in-azure.ts';

const step = 'Adapt the guest';

/** Adapts a test VM as the real one will be. What could not be done is told: its test shows what comes of that. */
export async function adaptTestVm(run: MachineRun, found: Found, vm: MigratedVm): Promise<void> {
  const adapted = await adapt(run, found, vm);
  for (const { message } of troublesIn(vm, adapted)) run.note(message);
}

/** Adapts the real VM, until all of it is done or a person has accepted that it is not. */
export async function adaptMigratedVm(run: MachineRun, found: Found, vm: MigratedVm): Promise<void> {
  run.enter('adapting');
  for (;;) {
    const [trouble] = troublesIn(vm, await adapt(run, found, vm));
    if (trouble === undefined) return;
    if ((await run.untilAnswered(step, trouble, ['accept'])) === 'accept')
      return run.note(`Accepted by ${run.decisions.answeredBy}: ${trouble.code}`);
  }
}

/** Portage's own adaptations, then the team's; none of those where the VM cannot be asked. */
async function adapt(run: MachineRun, { source }: Found, vm: MigratedVm): Promise<Adapted> {
  const results: AdaptationResult[] = [];
  const remove: Parameters<typeof runInAzure>[3] = (activities, name) =>
    activities.removeRunCommand(vm.id, name);
  const portages = () =>
    runInAzure(
      run,
      step,
      (activities, name) => activities.awaitAdapted(run.vm, vm, source.osType, name),
      remove,
    );
  const own = run.vm.adapt.run.map(
    (script) => () =>
      runInAzure(
        run,
        `Run ${script.name}`,
        (activities, name) => activities.awaitOwnScript(vm, script, name),
        remove,
      ),
  );
  for (const ask of [portages, ...own]) {
    const adapted = await ask();
    if (adapted.kind === 'inconclusive') return adapted;
    for (const result of adapted.results) run.note(`Adapted ${vm.name}: ${inWords(result)}`);
    results.push(...adapted.results);
  }
  return { kind: 'ran', results };
}

function inWords({ name, version, outcome, detail }: AdaptationResult): string {
  return `${name} (version ${version}) ${outcome}${detail === undefined ? '' : `: ${detail}`}`;
}

function troublesIn({ name }: MigratedVm, adapted: Adapted): Trouble[] {
  if (adapted.kind === 'inconclusive') return [notReached(name, adapted.why)];
  const failed = adapted.results.filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return [];
  return [
    {
      code: 'ADAPTING_FAILED',
      message: `Not everything could be adapted in ${name}: ${failed.map(inWords).join('; ')}`,
      suggestion:
        'Cure it on the VM or leave it out by adapt.skip, then retry; accept it where the machine can do without',
    },
  ];
}

function notReached(name: string, why: string): Trouble {
  return {
    code: 'ADAPTING_INCONCLUSIVE',
    message: `Nothing could be run on ${name}, so its guest is as it was on EC2, and nothing inside it can be looked at: ${why}`,
    suggestion:
      'See that its agent is Ready (boot diagnostics, Windows Server 2016 or later) and that its subnet reaches Azure’s service tags on port 443, then retry; accept it where you adapt the machine by hand',
  };
}
