import { acceptableVmName, resourceGroupId, vmNamePattern, vmNameRule } from './azure-names.ts';
import {
  environmentMistakes,
  environmentReferences,
  mobilityNeeds,
  serverRegions,
} from './consistency-environments.ts';
import { actionPlaces } from './consistency-actions.ts';
import type { Mistake } from './mistake.ts';
import { namePattern } from './names.ts';
import { planSketch, type PlanSketch } from './sketch.ts';
import { machinesOf, type SketchedMachine } from './sketched-machine.ts';
import { twice } from './twice.ts';

/**
 * What is wrong with a plan as a whole: names used twice, references to nothing, machines that nothing finds, settings
 * that are nowhere. Also runs on a plan whose single fields have mistakes; what those hide is not reported again.
 */
export function inconsistencies(plan: unknown): Mistake[] {
  const sketch = planSketch.parse(plan);
  const machines = machinesOf(sketch);
  return [
    ...environmentMistakes(sketch),
    ...environmentReferences(sketch, machines),
    ...mobilityNeeds(sketch, machines),
    ...serverRegions(sketch, machines),
    ...groupNames(sketch),
    ...actionPlaces(sketch),
    ...machineNames(machines),
    ...machines.flatMap(nothingToFindItBy),
    ...sameInstances(machines),
    ...sameAddresses(machines),
    ...refusedVmNames(machines),
    ...sameVmNames(sketch, machines),
    ...missingSettings(machines),
    ...sameTargetAddresses(machines),
    ...testSettings(machines),
    ...pointsOfRecoveryPlans(sketch, machines),
  ];
}

function groupNames({ groups }: PlanSketch): Mistake[] {
  const entries = groups.map((group, index) => ({ key: group?.name, path: ['groups', index, 'name'] }));
  return twice(entries, (name) => `two groups are called \`${name}\``);
}

function machineNames(machines: readonly SketchedMachine[]): Mistake[] {
  const entries = machines.map(({ own, path }) => ({ key: own.name, path: [...path, 'name'] }));
  return twice(entries, (name) => `two machines are called \`${name}\``);
}

function nothingToFindItBy({ own, path }: SketchedMachine): Mistake[] {
  if (own.instanceId !== undefined || own.privateIp !== undefined) return [];
  const message = `\`${own.name ?? 'a machine'}\` names neither \`instanceId\` nor \`privateIp\``;
  return [{ path, at: 'value', message, suggestion: 'Add one of them: Portage finds the instance by it' }];
}

function sameInstances(machines: readonly SketchedMachine[]): Mistake[] {
  const entries = machines.map(({ own, path }) => ({ key: own.instanceId, path: [...path, 'instanceId'] }));
  return twice(entries, (id) => `two machines are the instance \`${id}\``);
}

/** The same address is the same machine, unless two networks or two instance ids tell them apart. */
function sameAddresses(machines: readonly SketchedMachine[]): Mistake[] {
  const entries = machines.map((machine) => ({
    key: machine.own.privateIp,
    path: [...machine.path, 'privateIp'],
    machine,
  }));
  return twice(entries, (ip) => `two machines have the address \`${ip}\``, {
    suggestion: 'Where they are in different VPCs, give both their `vpcId`',
    differ: (one, other) =>
      one.machine.region !== other.machine.region ||
      areOther(one.machine.own.vpcId, other.machine.own.vpcId) ||
      areOther(one.machine.own.instanceId, other.machine.own.instanceId),
  });
}

function areOther(one: string | null | undefined, other: string | null | undefined): boolean {
  return typeof one === 'string' && typeof other === 'string' && one !== other;
}

/** The machine's own name, where it is to be the VM's; `target.vmName` is checked by its field. */
function refusedVmNames(machines: readonly SketchedMachine[]): Mistake[] {
  return machines.flatMap(({ own: { name }, path, target }) => {
    if (target('vmName') !== undefined || typeof name !== 'string' || !namePattern.test(name)) return [];
    if (vmNamePattern.test(name)) return [];
    const message = `\`${name}\` cannot be the name of an Azure VM: Azure accepts ${vmNameRule}`;
    const example = acceptableVmName(name);
    const suggestion = `Set \`target.vmName\`${example === undefined ? '' : `, for example \`${example}\``}`;
    return [{ path: [...path, 'name'], at: 'value', message, suggestion }];
  });
}

function sameVmNames(sketch: PlanSketch, machines: readonly SketchedMachine[]): Mistake[] {
  const entries = machines.map((machine) => {
    const { own, path, target } = machine;
    const vmName = target('vmName') ?? own.name;
    const group = target('resourceGroup');
    const isKnown = typeof vmName === 'string' && typeof group === 'string';
    const key = isKnown ? `${resourceGroupId(subscription(sketch, machine), group)}/${vmName}` : undefined;
    return {
      key,
      path: target('vmName') === undefined ? [...path, 'name'] : [...path, 'target', 'vmName'],
      machine,
    };
  });
  return twice(
    entries,
    (id) => `two machines would be the VM \`${id.replace(/^.*\//, '')}\` in one resource group`,
    {
      suggestion: 'Give one of them another `target.vmName`',
      differ: (one, other) => sameName(one.machine, other.machine),
    },
  );
}

function subscription({ environments }: PlanSketch, { environment }: SketchedMachine): string {
  const home =
    environment === undefined ? environments[0] : environments.find((other) => other?.name === environment);
  return home?.subscriptionId ?? '';
}

/** Such a pair is already reported for its name. */
function sameName(one: SketchedMachine, other: SketchedMachine): boolean {
  return one.own.name?.toLowerCase() === other.own.name?.toLowerCase();
}

function missingSettings(machines: readonly SketchedMachine[]): Mistake[] {
  const everywhere = 'in `defaults`, a group or the machine';
  return [
    ...missing(
      machines,
      ['source', 'region'],
      ({ region }) => region,
      'at the top of the plan, in a group or machine',
    ),
    ...missing(machines, ['target', 'resourceGroup'], ({ target }) => target('resourceGroup'), everywhere),
    ...missing(machines, ['target', 'network'], ({ target }) => target('network'), everywhere),
    ...missing(machines, ['target', 'subnet'], ({ target }) => target('subnet'), everywhere),
    ...missing(
      machines.filter(({ testFailover }) => testFailover === 'required'),
      ['target', 'testNetwork'],
      ({ target }) => target('testNetwork'),
      `${everywhere}: \`testFailover: required\` tests there`,
    ),
  ];
}

/** One mistake for all machines that lack a setting, at the first of them. */
function missing(
  machines: readonly SketchedMachine[],
  setting: readonly [string, string],
  read: (machine: SketchedMachine) => unknown,
  where: string,
): Mistake[] {
  const lacking = machines.filter((machine) => read(machine) === undefined);
  const [first] = lacking;
  if (first === undefined) return [];
  const key = `\`${setting.join('.')}\``;
  const who =
    lacking.length === machines.length && machines.length > 1 ? 'no machine has a' : `${several(lacking)} no`;
  return [
    {
      path: [...first.path, ...setting],
      at: 'missing',
      message: `${who} ${key}`,
      suggestion: `Set it ${where}`,
    },
  ];
}

function several(machines: readonly SketchedMachine[]): string {
  const [first, ...others] = machines.map(({ own }) => `\`${own.name ?? 'a machine'}\``);
  return others.length === 0 ? `${first} has` : `${first} and ${others.length} more have`;
}

/** Two machines cannot have one static address in one network. */
function sameTargetAddresses(machines: readonly SketchedMachine[]): Mistake[] {
  const entries = machines.map(({ path, target }) => {
    const [address, network] = [target('privateIp'), target('network')];
    return {
      key: typeof address === 'string' ? `${network ?? ''} ${address}` : undefined,
      path: [...path, 'target', 'privateIp'],
    };
  });
  return twice(
    entries,
    (key) => `two machines would have the address \`${key.replace(/^.* /, '')}\` in one network`,
  );
}

/** One mistake for all machines, at the first of them: it usually stands in the defaults. */
function testSettings(machines: readonly SketchedMachine[]): Mistake[] {
  return (['testSubnet', 'testPrivateIp'] as const).flatMap((key): Mistake[] => {
    const first = machines.find(
      ({ target }) => target(key) !== undefined && target('testNetwork') === undefined,
    );
    if (first === undefined) return [];
    const message = `there is a \`${key}\` and no \`testNetwork\``;
    const path = [...first.path, 'target', key];
    return [{ path, at: 'value', message, suggestion: 'Set `testNetwork` as well' }];
  });
}

/** A recovery plan of the vault fails all its machines over in one request. One mistake, at the first machine. */
function pointsOfRecoveryPlans({ engine }: PlanSketch, machines: readonly SketchedMachine[]): Mistake[] {
  const first = machines.find(({ recoveryPoint = 'latest' }) => recoveryPoint !== 'latest');
  if (engine !== 'site-recovery' || first === undefined) return [];
  const message = '`engine: site-recovery` fails over to the latest recovery point only';
  const path = [...first.path, 'recoveryPoint'];
  return [{ path, at: 'value', message, suggestion: 'Leave `recoveryPoint` out, or use `engine: portage`' }];
}
