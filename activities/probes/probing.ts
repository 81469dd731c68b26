import type { Probe, VmPlan } from '../../plan/index.ts';
import { nameOf, resourceGroupOf } from '../arm-id.ts';
import type { ActivityDeps, AzureClients, Clouds } from '../clouds.ts';
import type { MigratedVm } from '../migrated-vm.ts';
import { lastLines } from '../mobility/machine-script.ts';
import type { SourceInstance } from '../preflight/source.ts';
import { endInAzure } from '../run-command/run-command.ts';
import { removeScript, type AzureScript, type ScriptEnd } from '../run-command/script.ts';
import { osTypeOfVm } from '../run-command/vm-os.ts';
import { goalOf, probeInWords, probingResults, probingScript, type ProbeResult } from './probe-script.ts';

type OsType = SourceInstance['osType'];
type Asked = Exclude<Probe, { kind: 'agent' }>;

/** Checks of a migrated machine that a guest makes: its own, or that of another VM in its network. */
export const probingActivities = (deps: ActivityDeps) => ({
  /**
   * Makes checks that one and the same VM asks for, by one run command, and waits for what came of them.
   * @param probes all from one asker: connections and addresses together, or one script.
   * @param name of the run command.
   */
  async awaitProbes(
    vm: VmPlan,
    migrated: MigratedVm,
    osType: OsType,
    probes: readonly Probe[],
    name: string,
  ): Promise<readonly ProbeResult[]> {
    const asked = probes.filter((probe) => probe.kind !== 'agent');
    const [first] = asked;
    if (first === undefined) return [];
    const azure = deps.clouds.azure(vm.environment.subscriptionId);
    const asker = await askerOf(deps.clouds, first, migrated, osType);
    const script = { name, commands: await commandsOf(azure, asked, migrated, asker) };
    const end = await endInAzure(deps, asker.id, script);
    return resultsOf(asked, end);
  },

  /** Takes a run command of `awaitProbes` away from whoever asked. */
  async removeProbe(vm: VmPlan, migrated: MigratedVm, probes: readonly Probe[], name: string): Promise<void> {
    const [first] = probes;
    if (first === undefined) return;
    const id = typeof first.from === 'string' ? migrated.id : first.from.vm;
    await removeScript(deps.clouds.azure(vm.environment.subscriptionId), id, name);
  },
});

interface AskingVm {
  readonly id: string;
  readonly osType: OsType;
  readonly isOwn: boolean;
}

async function askerOf(
  clouds: Clouds,
  { from }: Asked,
  { id }: MigratedVm,
  osType: OsType,
): Promise<AskingVm> {
  if (typeof from === 'string') return { id, osType, isOwn: true };
  return { id: from.vm, osType: await osTypeOfVm(clouds, from.vm), isOwn: false };
}

async function commandsOf(
  azure: AzureClients,
  probes: readonly Asked[],
  migrated: MigratedVm,
  { osType, isOwn }: AskingVm,
): Promise<AzureScript['commands']> {
  const [first] = probes;
  if (first?.kind === 'runCommand') return first.script.split(/\r?\n/);
  const address = isOwn ? '127.0.0.1' : await addressOf(azure, migrated);
  const goals = probes.flatMap((probe) => (probe.kind === 'runCommand' ? [] : [goalOf(probe, address)]));
  return probingScript(osType, goals);
}

/** Its private address in Azure. */
async function addressOf({ compute, network }: AzureClients, { id }: MigratedVm): Promise<string> {
  const vm = await compute.virtualMachines.get(resourceGroupOf(id), nameOf(id));
  const nics = vm.networkProfile?.networkInterfaces ?? [];
  const nicId = (nics.find(({ primary }) => primary === true) ?? nics[0])?.id ?? '';
  const nic = await network.networkInterfaces.get(resourceGroupOf(nicId), nameOf(nicId));
  return nic.ipConfigurations?.[0]?.privateIPAddress ?? '';
}

function resultsOf(probes: readonly Asked[], end: ScriptEnd): readonly ProbeResult[] {
  const said = probes.map(probeInWords);
  if (end.kind === 'inconclusive')
    return said.map((probe) => ({ probe, outcome: 'inconclusive', why: end.why }));
  if (probes[0]?.kind === 'runCommand') return said.map((probe) => ({ probe, ...ofScript(end) }));
  const results = probingResults(probes.length, end.output);
  return said.map((probe, at) => ({ probe, ...(results[at] ?? { outcome: 'inconclusive' }) }));
}

function ofScript({
  exitCode,
  output,
  errors,
}: Extract<ScriptEnd, { kind: 'ran' }>): Pick<ProbeResult, 'outcome' | 'why'> {
  if (exitCode === 0) return { outcome: 'passed' };
  return { outcome: 'failed', why: `exit code ${exitCode}: ${lastLines(errors || output)}` };
}
