import type { OwnScript, VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import type { MigratedVm } from '../migrated-vm.ts';
import { lastLines } from '../mobility/machine-script.ts';
import type { SourceInstance } from '../preflight/source.ts';
import { endInAzure } from '../run-command/run-command.ts';
import { adaptingResults, adaptingScript, type AdaptationResult, type Adaptations } from './adaptation.ts';
import { linuxAdaptations } from './linux.ts';
import { windowsAdaptations, windowsPreamble } from './windows.ts';

/** What adapting came to. Where the VM could not be asked nothing is known of it. */
export type Adapted =
  | { readonly kind: 'ran'; readonly results: readonly AdaptationResult[] }
  | { readonly kind: 'inconclusive'; readonly why: string };

type OsType = SourceInstance['osType'];

/** Making a guest from EC2 live in Azure. */
export const adaptingActivities = (deps: ActivityDeps) => ({
  /**
   * Adapts the guest of a VM that a failover made, and waits for what came of it: one script, sent once for each asking,
   * and of which every part is the same done twice.
   * @param name of the run command.
   */
  async awaitAdapted(vm: VmPlan, migrated: MigratedVm, osType: OsType, name: string): Promise<Adapted> {
    const adaptations = adaptationsOf(vm, osType);
    const end = await endInAzure(deps, migrated.id, { name, commands: commandsOf(osType, adaptations) });
    if (end.kind === 'inconclusive') return end;
    return { kind: 'ran', results: adaptingResults(adaptations, end.output) };
  },

  /** The same for a script of the team’s own; its exit code tells whether it went well. */
  async awaitOwnScript(migrated: MigratedVm, own: OwnScript, name: string): Promise<Adapted> {
    const commands = own.script.split(/\r?\n/);
    const end = await endInAzure(deps, migrated.id, { name, commands, timeoutSeconds: ownScriptSeconds });
    if (end.kind === 'inconclusive') return end;
    const detail = `exit code ${end.exitCode}: ${lastLines(end.errors || end.output)}`;
    const outcome =
      end.exitCode === 0 ? ({ outcome: 'changed' } as const) : ({ outcome: 'failed', detail } as const);
    return { kind: 'ran', results: [{ name: own.name, version: 1, ...outcome }] };
  },
});

const ownScriptSeconds = 600;

/** Those that fit the operating system, without what the plan skips. */
export function adaptationsOf({ adapt }: VmPlan, osType: OsType): Adaptations {
  const all = osType === 'Windows' ? windowsAdaptations : linuxAdaptations;
  return all.filter(([name]) => !adapt.skip.includes(name));
}

function commandsOf(osType: OsType, adaptations: Adaptations): readonly string[] {
  if (osType === 'Linux') return adaptingScript(adaptations, (name) => `echo '## ${name}'`);
  return [windowsPreamble, ...adaptingScript(adaptations, (name) => `Write-Output '## ${name}'`)];
}
