import { DescribeInstanceInformation$ } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { AwsError } from '../../ec2/aws-error.ts';
import type { Estate, InstanceRow } from '../../ec2/estate.ts';
import { tagValue } from '../../ec2/estate.ts';
import { ssmAction } from '../action.ts';
import { instanceInformation, isManaged } from '../managed-instances.ts';
import { page, paging } from '../pages.ts';

const values = z.array(z.string()).min(1);

/** Filters come in a newer and an older form, which exclude each other. */
export const describeInstanceInformation = ssmAction({
  operation: DescribeInstanceInformation$,
  kind: 'read',
  input: z.strictObject({
    ...paging,
    Filters: z.array(z.strictObject({ Key: z.string(), Values: values })).default([]),
    InstanceInformationFilterList: z.array(z.strictObject({ key: z.string(), valueSet: values })).default([]),
  }),
  targets: () => [],
  perform: ({ Filters, InstanceInformationFilterList, ...paged }, { estate }) => {
    const older = InstanceInformationFilterList.map(({ key, valueSet }) => ({ Key: key, Values: valueSet }));
    const rows = estate.instances
      .all()
      .filter((row) => isManaged(estate, row))
      .filter((row) => [...Filters, ...older].every((filter) => passes(estate, row, filter)));
    const { rows: shown, ...next } = page(rows, paged, { least: 5, most: 50, usual: 10 });
    return { InstanceInformationList: shown.map((row) => instanceInformation(estate, row)), ...next };
  },
});

/** @throws AwsError `InvalidFilterKey`. */
function passes(
  estate: Estate,
  row: InstanceRow,
  { Key, Values }: { readonly Key: string; readonly Values: readonly string[] },
): boolean {
  if (Key.startsWith('tag:')) return Values.includes(tagValue(row.answer.Tags, Key.slice(4)) ?? '');
  const information = instanceInformation(estate, row);
  const fields: ReadonlyMap<string, unknown> = new Map(
    Object.entries({
      InstanceIds: row.id,
      PingStatus: information.PingStatus,
      PlatformTypes: information.PlatformType,
      AgentVersion: information.AgentVersion,
      ResourceType: information.ResourceType,
      SourceIds: row.id,
    }),
  );
  if (!fields.has(Key)) throw new AwsError('InvalidFilterKey', `The filter key '${Key}' is not valid.`);
  return Values.includes(String(fields.get(Key)));
}
