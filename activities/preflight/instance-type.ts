import { DescribeInstanceTypesCommand, type EC2Client, type InstanceTypeInfo } from '@aws-sdk/client-ec2';
import type { Findings } from './findings.ts';

/** What EC2 knows of an instance type. */
export async function readType(
  ec2: EC2Client,
  name: string | undefined,
): Promise<InstanceTypeInfo | undefined> {
  if (name === undefined) return undefined;
  const Filters = [{ Name: 'instance-type', Values: [name] }];
  const answer = await ec2.send(new DescribeInstanceTypesCommand({ Filters }));
  return answer.InstanceTypes?.[0];
}

/** What its type gives it: instance-store disks, and disks that Site Recovery does not support under Linux. */
export function checkType(
  { InstanceType, InstanceStorageSupported, InstanceStorageInfo, Hypervisor }: InstanceTypeInfo,
  osType: 'Windows' | 'Linux',
  findings: Findings,
): void {
  const name: string = InstanceType ?? 'The instance type';
  const gigabytes = InstanceStorageInfo?.TotalSizeInGB;
  const size = gigabytes === undefined ? '' : ` (${gigabytes} GB in all)`;
  if (InstanceStorageSupported)
    findings.warning(
      'INSTANCE_STORE',
      `${name} has instance-store disks${size}: they are replicated with every write to them, cannot be left out, and are lost at the stop`,
      'Keep nothing on them that must survive, and count what is written there into the churn: 54 MB/s for a machine, 2 TB a day for its server',
    );
  if (osType === 'Windows') return;
  if (Hypervisor === 'nitro')
    findings.blocker(
      'LINUX_NVME',
      `${name} gives Linux NVMe disks, which Site Recovery does not support`,
      'Accept LINUX_NVME by name at your own test, or rebuild the machine in Azure',
    );
  else
    findings.blocker(
      'LINUX_XEN_BLOCK',
      `${name} gives Linux paravirtualized disks, which Site Recovery does not support on AWS`,
      'Accept LINUX_XEN_BLOCK by name at your own test, or rebuild the machine in Azure',
    );
}
