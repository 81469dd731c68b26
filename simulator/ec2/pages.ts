import { z } from 'zod';
import { invalidCombination, invalidValue } from './aws-error.ts';

/** The parameters of a list in pages. */
export const paging = { MaxResults: z.number().optional(), NextToken: z.string().optional() };

/** What a request asks for: how many rows, from which position on. */
export interface PageRequest {
  readonly limit: number;
  readonly from: number;
}

/** Rows of one page, and what the next one begins with. */
export interface Page<R> {
  readonly rows: readonly R[];
  readonly NextToken?: string;
}

/**
 * Reads the paging parameters. Without `MaxResults` a list comes whole.
 * @param limits what `MaxResults` may be; 5 to 1,000 unless an action's page in the API reference says otherwise.
 * @throws AwsError `InvalidParameterValue`.
 */
export function pageRequest(
  input: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  limits = { least: 5, most: 1000 },
): PageRequest {
  const { MaxResults, NextToken } = input;
  if (MaxResults !== undefined && MaxResults < limits.least) {
    throw invalidValue(
      `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value greater than ${limits.least}.`,
    );
  }
  if (MaxResults !== undefined && MaxResults > limits.most) {
    throw invalidValue(
      `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value less than ${limits.most}.`,
    );
  }
  return {
    limit: MaxResults ?? Number.POSITIVE_INFINITY,
    from: NextToken === undefined ? 0 : position(NextToken),
  };
}

/** Ids and pages exclude each other, as EC2 words it. */
export function forbidBoth(ids: readonly string[], idsName: string, maxResults: number | undefined): void {
  if (ids.length === 0 || maxResults === undefined) return;
  throw invalidCombination(`The parameter ${idsName} cannot be used with the parameter maxResults`);
}

/** Takes one page. The token tells the position of the first row that did not fit. */
export function takePage<R>(
  rows: Iterable<readonly [position: number, row: R]>,
  { limit }: PageRequest,
): Page<R> {
  const taken: R[] = [];
  for (const [at, row] of rows) {
    if (taken.length === limit) return { rows: taken, NextToken: token(at) };
    taken.push(row);
  }
  return { rows: taken };
}

function token(at: number): string {
  return Buffer.from(`position:${at}`).toString('base64url');
}

function position(text: string): number {
  const [, digits] = /^position:(\d+)$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (digits === undefined) throw invalidValue('Unable to parse pagination token');
  return Number(digits);
}
