import { z } from 'zod';
import { AwsError } from '../ec2/aws-error.ts';
import type { ParameterRow } from './parameters.ts';

/** The filters of DescribeParameters, in their newer and their older form. */
export const parameterFilters = {
  ParameterFilters: z
    .array(
      z.strictObject({
        Key: z.string(),
        Option: z.string().default('Equals'),
        Values: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  Filters: z.array(z.strictObject({ Key: z.string(), Values: z.array(z.string()).min(1) })).default([]),
};

/** @throws AwsError `InvalidFilterKey`, `InvalidFilterOption`. */
export function passesFilter(
  row: ParameterRow,
  {
    Key,
    Option,
    Values,
  }: { readonly Key: string; readonly Option: string; readonly Values: readonly string[] },
): boolean {
  const own = new Map([
    ['Name', row.id],
    ['Type', row.type],
    ['Path', row.id],
  ]).get(Key);
  if (own === undefined) {
    throw new AwsError(
      'InvalidFilterKey',
      `The following filter key is not valid: ${Key}. Valid filter keys include: [Path, Name, Type].`,
    );
  }
  return Values.some((value) => compare(Key, Option, own, value));
}

function compare(key: string, option: string, own: string, value: string): boolean {
  if (key === 'Path') {
    const rest = own.startsWith(`${value}/`) ? own.slice(value.length + 1) : undefined;
    return rest !== undefined && (option === 'Recursive' || !rest.includes('/'));
  }
  switch (option) {
    case 'Equals':
      return own === value;
    case 'BeginsWith':
      return own.startsWith(value);
    case 'Contains':
      return own.includes(value);
    default:
      throw new AwsError(
        'InvalidFilterOption',
        `The following filter option is not valid: ${option}. Valid options include: [BeginsWith, Equals, Contains].`,
      );
  }
}
