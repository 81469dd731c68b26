import type { EC2Client } from '@aws-sdk/client-ec2';
import type { VmPlan } from '../../plan/index.ts';
import { powerState, type PowerState, type Search } from '../instances.ts';
import type { Findings } from './findings.ts';
import { checkType } from './instance-type.ts';
import { checkAddress, checkClaim, checkState, checkStopProtection, notFound } from './instance.ts';
import { checkStorage } from './storage.ts';

/** The source instance, as preflight found it. */
export interface SourceInstance {
  readonly instanceId: string;
  readonly privateIp: string;
  readonly osType: 'Windows' | 'Linux';
  readonly instanceType: string;
  readonly powerState: PowerState;
}

/**
 * Everything about the machine in EC2 that speaks against migrating it.
 * @returns the instance, where there is one that could be.
 */
export async function checkSource(
  ec2: EC2Client,
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
  const osType = instance.Platform?.toLowerCase() === 'windows' ? 'Windows' : 'Linux';
  checkState(instance, findings);
  checkStorage(instance, findings);
  checkClaim(instance, vm, findings);
  await Promise.all([
    checkType(ec2, instance, osType, findings),
    checkStopProtection(ec2, instance.InstanceId, findings),
    checkAddress(ec2, instance, findings),
  ]);
  if (instance.PrivateIpAddress === undefined) return undefined;
  return {
    instanceId: instance.InstanceId,
    privateIp: vm.locate.privateIp ?? instance.PrivateIpAddress,
    osType,
    instanceType: instance.InstanceType ?? '',
    powerState: state,
  };
}
