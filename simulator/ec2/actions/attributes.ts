import { DescribeInstanceAttribute$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import { invalidValue } from '../aws-error.ts';
import type { InstanceRow } from '../estate.ts';
import { namedInstances } from '../instance-ids.ts';

const attributes: ReadonlyMap<string, (row: InstanceRow) => Record<string, unknown>> = new Map(
  Object.entries({
    blockDeviceMapping: ({ answer }: InstanceRow) => ({
      BlockDeviceMappings: answer.BlockDeviceMappings ?? [],
    }),
    disableApiStop: ({ quirks }: InstanceRow) => ({ DisableApiStop: { Value: quirks.disableApiStop } }),
    disableApiTermination: ({ quirks }: InstanceRow) => ({
      DisableApiTermination: { Value: quirks.disableApiTermination },
    }),
    groupSet: ({ answer }: InstanceRow) => ({ Groups: answer.SecurityGroups ?? [] }),
    instanceInitiatedShutdownBehavior: () => ({ InstanceInitiatedShutdownBehavior: { Value: 'stop' } }),
    instanceType: ({ answer }: InstanceRow) => ({ InstanceType: { Value: answer.InstanceType } }),
    rootDeviceName: ({ answer }: InstanceRow) => ({ RootDeviceName: { Value: answer.RootDeviceName } }),
  }),
);

export const describeInstanceAttribute = action({
  operation: DescribeInstanceAttribute$,
  kind: 'read',
  input: z.strictObject({ ...dryRun, InstanceId: z.string(), Attribute: z.string() }),
  targets: ({ InstanceId }) => [InstanceId],
  perform: ({ InstanceId, Attribute }, estate) => {
    const [row] = namedInstances(estate, [InstanceId]);
    const read = attributes.get(Attribute);
    if (row === undefined || read === undefined) {
      throw invalidValue(`Value (${Attribute}) for parameter attribute is invalid. Unknown attribute.`);
    }
    return { InstanceId, ...read(row) };
  },
});
