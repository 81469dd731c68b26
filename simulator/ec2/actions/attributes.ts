import { DescribeInstanceAttribute$, ModifyInstanceAttribute$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import { AwsError, invalidValue } from '../aws-error.ts';
import type { Estate, InstanceRow } from '../estate.ts';
import { namedInstances } from '../instance-ids.ts';
import { namedInterface, setGroups } from '../network-interfaces.ts';

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

const flag = z.strictObject({ Value: z.boolean() }).optional();

/** Of one attribute at a time. */
export const modifyInstanceAttribute = action({
  operation: ModifyInstanceAttribute$,
  kind: 'write',
  input: z.strictObject({
    ...dryRun,
    InstanceId: z.string(),
    Groups: z.array(z.string()).optional(),
    DisableApiStop: flag,
    DisableApiTermination: flag,
  }),
  targets: ({ InstanceId }) => [InstanceId],
  perform: ({ InstanceId, Groups, DisableApiStop, DisableApiTermination }, estate) => {
    for (const row of namedInstances(estate, [InstanceId])) {
      if (Groups !== undefined) setInstanceGroups(estate, row, Groups);
      const { quirks } = row;
      row.quirks = {
        ...quirks,
        disableApiStop: DisableApiStop?.Value ?? quirks.disableApiStop,
        disableApiTermination: DisableApiTermination?.Value ?? quirks.disableApiTermination,
      };
    }
  },
});

/** @throws AwsError `InvalidInstanceID` for an instance whose interfaces must be changed one by one. */
function setInstanceGroups(estate: Estate, row: InstanceRow, groups: readonly string[]): void {
  const interfaces = row.answer.NetworkInterfaces ?? [];
  if (interfaces.length > 1) {
    throw new AwsError(
      'InvalidInstanceID',
      `There are multiple interfaces attached to instance '${row.id}'. Please specify an interface ID for the operation instead.`,
    );
  }
  for (const { NetworkInterfaceId = '' } of interfaces) {
    setGroups(estate, namedInterface(estate, NetworkInterfaceId), groups);
  }
}
