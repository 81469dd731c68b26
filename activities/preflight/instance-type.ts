import { DescribeInstanceTypesCommand, type EC2Client, type Instance } from '@aws-sdk/client-ec2';
import type { Findings } from './findings.ts';

/** What its type gives it: instance-store disks, and disks that Site Recovery does not support under Linux. */
export async function checkType(
  ec2: EC2Client,
  instance: Instance,
  osType: 'Windows' | 'Linux',
  findings: Findings,
): Promise<void> {
  if (instance.InstanceType === undefined) return;
  const answer = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: [instance.InstanceType] }));
  const type = answer.InstanceTypes?.[0];
  if (type?.InstanceStorageSupported)
    findings.warning(
      'INSTANCE_STORE',
      `${instance.InstanceType} has instance-store disks: they are replicated, cannot be left out, and are lost at the stop`,
      'Keep nothing on them that must survive',
    );
  if (osType === 'Windows') return;
  if (type?.Hypervisor === 'nitro')
    findings.blocker(
      'LINUX_NVME',
      `${instance.InstanceType} gives Linux NVMe disks, which Site Recovery does not support`,
      'Accept LINUX_NVME by name at your own test, or rebuild the machine in Azure',
    );
  else
    findings.blocker(
      'LINUX_XEN_BLOCK',
      `${instance.InstanceType} gives Linux paravirtualized disks, which Site Recovery does not support on AWS`,
      'Accept LINUX_XEN_BLOCK by name at your own test, or rebuild the machine in Azure',
    );
}
