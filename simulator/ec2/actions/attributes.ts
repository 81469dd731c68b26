import { DescribeInstanceAttribute$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import { invalidValue } from '../aws-error.ts';
import type { InstanceRow } from '../estate.ts';
import { namedInstances } from '../instance-ids.ts';

const attributes: Readonly<Record<string, (row: InstanceRow) => Record<string, unknown>>> = {
  blockDeviceMapping: ({ answer }) => ({ BlockDeviceMappings: answer.BlockDeviceMappings ?? [] }),
  disableApiStop: ({ quirks }) => ({ DisableApiStop: { Value: quirks.disableApiStop } }),
  disableApiTermination: ({ quirks }) => ({ DisableApiTermination: { Value: quirks.disableApiTermination } }),
  groupSet: ({ answer }) => ({ Groups: answer.SecurityGroups ?? [] }),
  instanceInitiatedShutdownBehavior: () => ({ InstanceInitiatedShutdownBehavior: { Value: 'stop' } }),
  instanceType: ({ answer }) => ({ InstanceType: { Value: answer.InstanceType } }),
  rootDeviceName: ({ answer }) => ({ RootDeviceName: { Value: answer.RootDeviceName } }),
};

export const describeInstanceAttribute = action({
  operation: DescribeInstanceAttribute$,
  kind: 'read',
  input: z.strictObject({ ...dryRun, InstanceId: z.string(), Attribute: z.string() }),
  targets: ({ InstanceId }) => [InstanceId],
  perform: ({ InstanceId, Attribute }, estate) => {
    const [row] = namedInstances(estate, [InstanceId]);
    const read = attributes[Attribute];
    if (row === undefined || read === undefined) {
      throw invalidValue(`Value (${Attribute}) for parameter attribute is invalid. Unknown attribute.`);
    }
    return { InstanceId, ...read(row) };
  },
});
