import { DescribeInstanceAttributeCommand, type EC2Client, type Instance } from '@aws-sdk/client-ec2';
import type { VmPlan } from '../../plan/index.ts';
import { claimOf, planTag } from '../claim.ts';
import { instancesAt, powerState, type Search } from '../instances.ts';
import type { Findings } from './findings.ts';

/** The plan names no instance, or several. */
export function notFound(search: Exclude<Search, { kind: 'found' }>, vm: VmPlan, findings: Findings): void {
  const where = `in ${vm.source.region}`;
  if (search.kind === 'none')
    findings.blocker(
      'INSTANCE_NOT_FOUND',
      `No instance ${search.sought} ${where}`,
      'Correct the instance id, the private IP or the region',
    );
  else
    findings.blocker(
      'INSTANCE_AMBIGUOUS',
      `${search.sought} is the address of ${search.instanceIds.length} instances ${where}: ${search.instanceIds.join(', ')}`,
      'Name the machine by instanceId, or add its vpcId',
    );
}

/** Its state, its network, and how it is paid for. */
export function checkState(instance: Instance, findings: Findings): void {
  const state = powerState(instance);
  if (state !== 'running')
    findings.blocker(
      'INSTANCE_NOT_RUNNING',
      `The instance is ${state}; only a running machine can be replicated`,
      'Start the instance, then retry',
    );
  if (instance.VpcId === undefined)
    findings.blocker(
      'NO_VPC',
      'The instance is in no VPC (EC2-Classic): its appliance cannot reach it',
      'Move the instance into a VPC first',
    );
  if (instance.PrivateIpAddress === undefined)
    findings.blocker(
      'NO_PRIVATE_IP',
      'The instance has no private address, by which Site Recovery would know it',
      'Give the instance an interface, then retry',
    );
  if (instance.InstanceLifecycle === 'spot')
    findings.blocker(
      'SPOT_INSTANCE',
      'A spot instance can vanish during replication, and a stop may end it',
      'Run the machine on demand first',
    );
}

/** A stop without hibernation is clean; a hibernation leaves a part of the machine in memory that no disk tells as such. */
export function checkHibernation(instance: Instance, findings: Findings): void {
  if (instance.HibernationOptions?.Configured)
    findings.warning(
      'HIBERNATION',
      'The instance is set up for hibernation: Portage stops it without, but somebody else’s hibernation would leave its disks as of a running system',
      'See that nobody hibernates it until its cutover is over',
    );
}

/** Another plan may have claimed it. */
export function checkClaim(instance: Instance, vm: VmPlan, findings: Findings): void {
  const claim = claimOf(instance);
  if (claim === undefined || (claim.plan === vm.plan && claim.vm === vm.name)) return;
  findings.blocker(
    'CLAIMED_BY_ANOTHER_PLAN',
    `The instance is claimed by plan ${claim.plan}, machine ${claim.vm}`,
    `Leave it to that plan; if that plan is given up, remove the tag ${planTag} from the instance`,
  );
}

/** Site Recovery knows a physical machine by its address: two instances that share one cannot be told apart there. */
export async function checkAddress(ec2: EC2Client, instance: Instance, findings: Findings): Promise<void> {
  const { InstanceId, PrivateIpAddress } = instance;
  if (PrivateIpAddress === undefined) return;
  const others = (await instancesAt(ec2, PrivateIpAddress)).filter((id) => id !== InstanceId);
  if (others.length > 0)
    findings.blocker(
      'ADDRESS_SHARED',
      `${PrivateIpAddress} is also the address of ${others.join(', ')}: Site Recovery knows machines by their address`,
      'Make sure that the appliance reaches this one and none of the others there, then accept ADDRESS_SHARED by name',
    );
}

/** EC2 refuses to stop a protected instance. */
export async function checkStopProtection(
  ec2: EC2Client,
  instanceId: string,
  findings: Findings,
): Promise<void> {
  const answer = await ec2.send(
    new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: 'disableApiStop' }),
  );
  if (answer.DisableApiStop?.Value)
    findings.blocker(
      'STOP_PROTECTED',
      'Stop protection is on: the source could not be stopped at cutover',
      'Turn stop protection off',
    );
}
