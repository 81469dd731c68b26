import type { Adapt } from './adaptations.ts';
import { networkId, networkSecurityGroupId, resourceGroupId } from './azure-names.ts';
import { resolveWindow, type CutoverWindow } from './cutover-window.ts';
import { said } from './levels.ts';
import { resolveProbe, type Probe } from './probes.ts';
import { resolveActions, type Action } from './resolve-action.ts';
import { resolveEnvironment, type Environment } from './resolve-environment.ts';
import { resolveQuiesce, type Quiesce } from './resolve-quiesce.ts';
import type { Plan } from './schema.ts';

/** One machine's migration, complete: nothing has to be looked up in the plan again. */
export interface VmPlan {
  readonly plan: string;
  readonly group: string;
  readonly name: string;
  readonly source: { readonly region: string };
  /** At least one of `instanceId` and `privateIp` is there. */
  readonly locate: { readonly instanceId?: string; readonly privateIp?: string; readonly vpcId?: string };
  readonly environment: Environment;
  readonly target: Target;
  /** Whether Site Recovery's own recovery plan runs the failover of its group. */
  readonly engine: 'portage' | 'site-recovery';
  /** Who installs the Mobility service: Portage through Systems Manager, the appliance by push, or a person beforehand. */
  readonly mobility: 'ssm' | 'push' | 'preinstalled';
  /** Systems Manager parameter with the configuration of its Mobility service, which only the appliance can make. */
  readonly agentConfigParameter: string;
  /** `required`: no cutover until a person has approved a test. */
  readonly testFailover: 'required' | 'optional' | 'never';
  /** The longest that a test VM stays up. */
  readonly testStayHours: number;
  /** Whose word releases it for cutover: a person's, or the plan's. */
  readonly cutover: 'manual' | 'automatic';
  /** When it may cut over, in their order; absent: at any time. */
  readonly windows?: readonly CutoverWindow[];
  /** How long a cutover takes, until one was measured. */
  readonly estimateMinutes?: number;
  /** Whose word its cutover needs; absent: nobody's. */
  readonly approvals?: {
    readonly cutover: number;
    /** Absent: everybody's counts. */
    readonly from?: readonly string[];
    readonly validHours: number;
  };
  /** Absent: the source is stopped as it runs. */
  readonly quiesce?: Quiesce;
  /** What it is failed over to, unless a person names a point. */
  readonly recoveryPoint: RecoveryPointChoice;
  /** Done in its cutover, before anything happens to the source. */
  readonly before: readonly Action[];
  /** Done when it is committed. */
  readonly after: readonly Action[];
  /** What is changed in the guest after its failover. */
  readonly adapt: Adapt;
  readonly validation: readonly Probe[];
  /** The source stays stopped; `snapshot` also takes a snapshot of its volumes; `terminate` ends it after that, on a person's word. */
  readonly afterCommit: 'keep' | 'snapshot' | 'terminate';
  /** How long it is watched that nobody starts it. */
  readonly watchDays: number;
  /** Codes of findings that are warnings for this machine instead of blockers. */
  readonly accept: readonly string[];
}

/** The newest point of a kind; `latest`: all that has left the source, made a point of. */
export type RecoveryPointChoice = 'latest' | 'latest-processed' | 'app-consistent';

/** Where the machine goes. Ids are full ARM ids. */
export interface Target {
  readonly resourceGroupId: string;
  readonly vmName: string;
  readonly networkId: string;
  readonly subnetName: string;
  readonly testNetworkId?: string;
  readonly testSubnetName?: string;
  /** `Standard_LRS`, `StandardSSD_LRS` or `Premium_LRS`. */
  readonly diskType: string;
  /** Absent: Site Recovery chooses. */
  readonly size?: string;
  /** What is taken instead, in this order, where Azure has no capacity for it. */
  readonly nextSizes: readonly string[];
  /** Static address in the subnet. */
  readonly privateIp?: string;
  /** Static address in the test subnet. */
  readonly testPrivateIp?: string;
  /** Interfaces that go along, by their private address at the source. Absent: what Site Recovery takes. */
  readonly interfaces?: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly networkSecurityGroupId?: string;
  /** A licence that is brought along, and who vouches for it. */
  readonly licence?: {
    readonly type: 'WindowsServer' | 'RHEL_BYOS' | 'SLES_BYOS';
    readonly confirmedBy: string;
  };
}

export type Group = Plan['groups'][number];
export type Machine = Group['vms'][number];

/** The levels that settings are said on, the machine last. */
export function settingsOf(plan: Plan, group: Group, vm: Machine) {
  return [plan.defaults, group, vm];
}

/** One machine with everything that plan and group say for it. */
export function resolveMachine(plan: Plan, group: Group, vm: Machine): VmPlan {
  const levels = settingsOf(plan, group, vm);
  const region = given(
    said([plan, group, vm], (level) => level.source?.region),
    `source.region of ${vm.name}`,
  );
  const environment = environmentOf(
    plan,
    said(levels, (level) => level.environment),
    region,
  );
  const target = resolveTarget(levels, environment, vm.name);
  const quiesce = said(levels, (level) => level.quiesce);
  const actionsOf = { region, target, machine: vm.name };
  return {
    plan: plan.name,
    group: group.name,
    name: vm.name,
    source: { region },
    locate: {
      ...(vm.instanceId !== undefined && { instanceId: vm.instanceId }),
      ...(vm.privateIp !== undefined && { privateIp: vm.privateIp }),
      ...(vm.vpcId !== undefined && { vpcId: vm.vpcId }),
    },
    environment,
    target,
    engine: plan.engine ?? 'portage',
    mobility: said(levels, (level) => level.mobility) ?? 'ssm',
    agentConfigParameter:
      said(levels, (level) => level.agentConfig?.parameter) ??
      `/portage/${plan.name}/${vm.name}/agent-config`,
    testFailover: said(levels, (level) => level.testFailover) ?? 'optional',
    testStayHours: said(levels, (level) => level.testStayHours) ?? defaultTestStayHours,
    ...whenToCutOver(levels),
    ...whoApproves(plan, group, vm),
    ...(quiesce !== undefined && { quiesce: resolveQuiesce(quiesce) }),
    recoveryPoint: said(levels, (level) => level.recoveryPoint) ?? 'latest',
    before: resolveActions(vm.before, { ...actionsOf, path: `${group.name}/${vm.name}/before` }),
    after: resolveActions(vm.after, { ...actionsOf, path: `${group.name}/${vm.name}/after` }),
    adapt: {
      skip: said(levels, (level) => level.adapt?.skip) ?? [],
      run: said(levels, (level) => level.adapt?.run) ?? [],
    },
    validation: (said(levels, (level) => level.validation) ?? [{}]).map((probe) =>
      resolveProbe(probe, target),
    ),
    afterCommit: said(levels, (level) => level.afterCommit) ?? 'keep',
    watchDays: said(levels, (level) => level.watchDays) ?? defaultWatchDays,
    accept: [...new Set([plan, ...levels].flatMap((level) => level?.accept ?? []))],
  };
}

/** A window is a release as well: nobody has to say more. */
function whenToCutOver(
  levels: ReturnType<typeof settingsOf>,
): Pick<VmPlan, 'cutover' | 'windows' | 'estimateMinutes'> {
  const when = said(levels, (level) => level.cutover) ?? 'manual';
  const estimateMinutes = said(levels, (level) => level.estimateMinutes);
  const estimate = { ...(estimateMinutes !== undefined && { estimateMinutes }) };
  if (when === 'manual' || when === 'automatic') return { cutover: when, ...estimate };
  const windows = [when].flat().map(resolveWindow);
  return {
    cutover: 'automatic',
    windows: windows.sort((one, other) => Date.parse(one.from) - Date.parse(other.from)),
    ...estimate,
  };
}

function whoApproves(plan: Plan, group: Group, vm: Machine): Pick<VmPlan, 'approvals'> {
  const asked = said([plan, group, vm], (level) => level.approvals);
  if (asked === undefined) return {};
  const { cutover, from, validHours = defaultValidHours } = asked;
  return { approvals: { cutover, ...(from && { from }), validHours } };
}

function environmentOf({ environments }: Plan, name: string | undefined, region: string): Environment {
  const chosen = name === undefined ? environments[0] : environments.find((other) => other.name === name);
  return resolveEnvironment(given(chosen, `environment ${name ?? ''}`), region);
}

type Keys = NonNullable<Machine['target']>;
type Said = <Key extends keyof Keys>(key: Key) => Keys[Key] | undefined;

function resolveTarget(
  levels: ReturnType<typeof settingsOf>,
  environment: Environment,
  vmName: string,
): Target {
  const target: Said = (key) => said(levels, (level) => level.target?.[key]);
  const groupId = resourceGroupId(
    environment.subscriptionId,
    given(target('resourceGroup'), `resource group of ${vmName}`),
  );
  const [testNetwork, testSubnetName] = [target('testNetwork'), target('testSubnet')];
  const [size, ...nextSizes] = [target('size') ?? []].flat();
  const [securityGroup, licence] = [target('networkSecurityGroup'), target('licence')];
  return {
    resourceGroupId: groupId,
    vmName: target('vmName') ?? vmName,
    networkId: networkId(groupId, given(target('network'), `network of ${vmName}`)),
    subnetName: given(target('subnet'), `subnet of ${vmName}`),
    ...(testNetwork !== undefined && { testNetworkId: networkId(groupId, testNetwork) }),
    ...(testSubnetName !== undefined && { testSubnetName }),
    diskType: target('diskType') ?? defaultDiskType,
    ...(size !== undefined && { size }),
    nextSizes,
    ...addressesOf(target),
    tags: target('tags') ?? {},
    ...(securityGroup !== undefined && {
      networkSecurityGroupId: networkSecurityGroupId(groupId, securityGroup),
    }),
    ...(licence !== undefined && { licence }),
  };
}

function addressesOf(target: Said): Pick<Target, 'privateIp' | 'testPrivateIp' | 'interfaces'> {
  const [privateIp, testPrivateIp] = [target('privateIp'), target('testPrivateIp')];
  const interfaces = target('interfaces');
  return {
    ...(privateIp !== undefined && { privateIp }),
    ...(testPrivateIp !== undefined && { testPrivateIp }),
    ...(interfaces !== undefined && { interfaces }),
  };
}

/** Whoever restarts machines each week has done so by then. */
const defaultWatchDays = 14;

/** Who approved yesterday has seen what is cut over today. */
const defaultValidHours = 24;

/** Long enough to be looked at the next morning, short enough not to be forgotten. */
const defaultTestStayHours = 24;

/** The disks of most EC2 machines are solid-state: what replaces them should not be slower. */
export const defaultDiskType = 'Premium_LRS';

/** What a checked plan always has. */
function given<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new TypeError(`the plan was not checked: no ${what}`);
  return value;
}
