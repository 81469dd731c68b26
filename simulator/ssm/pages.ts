import { z } from 'zod';
import { AwsError } from '../ec2/aws-error.ts';
import { takePage } from '../ec2/pages.ts';
import type { Placed } from '../ec2/table.ts';

/** The fields of a list in pages. */
export const paging = { MaxResults: z.number().int().optional(), NextToken: z.string().optional() };

/** One page of a list. */
export interface SsmPage<R> {
  readonly rows: readonly R[];
  readonly NextToken?: string;
}

/**
 * Takes one page of rows that stand in order.
 * @param limits what `MaxResults` may be, and what it is when absent (API reference, action by action).
 * @throws AwsError `ValidationException`, `InvalidNextToken`.
 */
export function page<R>(
  rows: readonly R[],
  {
    MaxResults,
    NextToken,
  }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  limits: { readonly least: number; readonly most: number; readonly usual: number },
): SsmPage<R> {
  const limit = MaxResults ?? limits.usual;
  if (limit < limits.least) throw outside(limit, `greater than or equal to ${limits.least}`);
  if (limit > limits.most) throw outside(limit, `less than or equal to ${limits.most}`);
  const from = NextToken === undefined ? 0 : position(NextToken);
  const placed = rows.slice(from).map((row, at): Placed<R> => [from + at, row]);
  return takePage(placed, { limit, from });
}

function outside(limit: number, bound: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${limit}' at 'maxResults' failed to satisfy constraint: Member must have value ${bound}`,
  );
}

function position(token: string): number {
  const [, digits] = /^position:(\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (digits === undefined) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  return Number(digits);
}
