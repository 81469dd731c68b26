import type { Clouds } from '../clouds.ts';
import type { VmPlan } from '../../plan/index.ts';
import { osTypeOf, powerState, type FoundInstance, type PowerState, type Search } from '../instances.ts';
import type { AwsPermissions } from './aws-permissions.ts';
import type { AzureFacts } from './azure-facts.ts';
import { checkGroupReferences, checkTies } from './aws-ties.ts';
import { bootModeOf, type BootMode } from './boot-mode.ts';
import { concern } from './concern.ts';
import type { Findings } from './findings.ts';
import { checkInside } from './inside.ts';
import { checkType, readType } from './instance-type.ts';
import {
  checkAddress,
  checkClaim,
  checkHibernation,
  checkState,
  checkStopProtection,
  notFound,
} from './instance.ts';
import { checkInterfaces } from './interfaces.ts';
import { checkLicence } from './licence.ts';
import { checkStorage } from './storage.ts';
import { checkVolumes, readVolumes } from './volumes.ts';

/** The source instance, as preflight found it. */
export interface SourceInstance {
  readonly instanceId: string;
  readonly privateIp: string;
  readonly osType: 'Windows' | 'Linux';
  readonly instanceType: string;
  readonly powerState: PowerState;
  /** What follows was not there to read where it is absent. */
  readonly bootMode?: BootMode;
  readonly vcpus?: number;
  readonly memoryMiB?: number;
  readonly disks: readonly { readonly sizeGiB: number; readonly isRoot: boolean }[];
  /** How many network interfaces it has. */
  readonly interfaces: number;
}

/** What preflight looks with. */
export interface Looking {
  readonly clouds: Clouds;
  /** What AWS has been asked already, for all machines that are looked at together. */
  readonly permissions: AwsPermissions;
  /** What has been read in Azure already, likewise. */
  readonly facts: AzureFacts;
  /** How long to wait for a guest's answer. */
  readonly patienceMs: number;
  /** Whether the environments have been prepared: before that, what Portage makes is not missing. */
  readonly isPrepared: boolean;
}

/**
 * Everything about the machine in EC2, and inside its guest, that speaks against migrating it.
 * @returns the instance, where there is one that could be.
 */
export async function checkSource(
  looking: Looking,
  vm: VmPlan,
  search: Search,
  findings: Findings,
): Promise<SourceInstance | undefined> {
  if (search.kind !== 'found') {
    notFound(search, vm, findings);
    return undefined;
  }
  const { instance } = search;
  const state = powerState(instance);
  if (state === 'terminated' || state === 'shutting-down') {
    findings.blocker('INSTANCE_TERMINATED', `The instance is ${state}`, 'Take the machine out of the plan');
    return undefined;
  }
  checkDescription(instance, vm, findings);
  const [hardware] = await Promise.all([
    checkHardware(looking, vm, instance, findings),
    checkAround(looking, vm, instance, findings),
  ]);
  const address = vm.locate.privateIp ?? instance.PrivateIpAddress;
  if (address === undefined) return undefined;
  return {
    instanceId: instance.InstanceId,
    privateIp: address,
    osType: osTypeOf(instance),
    instanceType: instance.InstanceType ?? '',
    powerState: state,
    interfaces: instance.NetworkInterfaces?.length ?? 0,
    ...hardware,
  };
}

/** What the answer that found it tells already. */
function checkDescription(instance: FoundInstance, vm: VmPlan, findings: Findings): void {
  checkState(instance, findings);
  checkStorage(instance, findings);
  checkClaim(instance, vm, findings);
  checkHibernation(instance, findings);
  checkInterfaces(instance, vm, findings);
  checkLicence(instance, osTypeOf(instance), vm, findings);
  checkTies(instance, findings);
}

/** What it is made of. */
async function checkHardware(
  { clouds }: Looking,
  vm: VmPlan,
  instance: FoundInstance,
  findings: Findings,
): Promise<Pick<SourceInstance, 'bootMode' | 'vcpus' | 'memoryMiB' | 'disks'>> {
  const ec2 = clouds.ec2(vm.source.region);
  const [volumes = [], type] = await Promise.all([
    concern(findings, 'Its volumes', () => readVolumes(ec2, instance)),
    concern(findings, 'Its type', () => readType(ec2, instance.InstanceType)),
  ]);
  const bootMode = bootModeOf(instance);
  checkVolumes(volumes, bootMode, findings);
  if (type !== undefined) checkType(type, osTypeOf(instance), findings);
  const [vcpus, memoryMiB] = [type?.VCpuInfo?.DefaultVCpus, type?.MemoryInfo?.SizeInMiB];
  return {
    ...(bootMode !== undefined && { bootMode }),
    ...(vcpus !== undefined && { vcpus }),
    ...(memoryMiB !== undefined && { memoryMiB }),
    disks: volumes.map(({ sizeGiB, isRoot }) => ({ sizeGiB, isRoot })),
  };
}

/** What is around it and in it, each with a question of its own. */
async function checkAround(
  { clouds, permissions, patienceMs }: Looking,
  vm: VmPlan,
  instance: FoundInstance,
  findings: Findings,
): Promise<void> {
  const { region } = vm.source;
  const ec2 = clouds.ec2(region);
  const inside = {
    instanceId: instance.InstanceId,
    osType: osTypeOf(instance),
    bootMode: bootModeOf(instance),
  };
  await Promise.all([
    concern(findings, 'Its stop protection', () => checkStopProtection(ec2, instance.InstanceId, findings)),
    concern(findings, 'Its address', () => checkAddress(ec2, instance, findings)),
    concern(findings, 'Rules that name its groups', () => checkGroupReferences(ec2, instance, findings)),
    concern(findings, 'What may be done to it', () => permissions.check(ec2, instance, vm, findings)),
    powerState(instance) === 'running' &&
      concern(findings, 'The guest', () =>
        checkInside(clouds.ssm(region), inside, { vm, patienceMs }, findings),
      ),
  ]);
}
