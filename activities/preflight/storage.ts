import type { Instance } from '@aws-sdk/client-ec2';
import type { Findings } from './findings.ts';

/** Its architecture, and where its root disk is. */
export function checkStorage(instance: Instance, findings: Findings): void {
  if (instance.Architecture !== undefined && instance.Architecture !== 'x86_64')
    findings.blocker(
      'ARCHITECTURE',
      `Architecture ${instance.Architecture} cannot be replicated; Site Recovery takes x86_64 only`,
      'Rebuild the machine in Azure instead',
    );
  if (instance.RootDeviceType === 'instance-store')
    findings.blocker(
      'ROOT_ON_INSTANCE_STORE',
      'The root disk is an instance store: the instance cannot be stopped',
      'Move the machine to an EBS root volume first',
    );
}
