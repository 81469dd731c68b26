import type { Filter, Filterable, Tagged } from './filters.ts';
import { filtered } from './filters.ts';
import type { IdWords } from './named-rows.ts';
import { requireRows } from './named-rows.ts';
import { forbidBoth, pageRequest, takePage } from './pages.ts';
import type { Row, Table } from './table.ts';

/**
 * One page of what a Describe action asks for by ids and filters.
 * @param view what reads show of a row; by default the row itself.
 * @returns the answers, and the next page's token where there is one.
 * @throws AwsError for ids that do not exist, unknown filters, and paging that EC2 does not take.
 */
export function listRows<R extends Row & Tagged>(request: {
  readonly table: Table<R>;
  readonly ids: readonly string[];
  readonly words: IdWords;
  readonly filters: readonly Filter[];
  readonly known: Filterable<R>;
  readonly paged: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined };
  readonly view?: (row: R) => R | undefined;
}): { readonly answers: readonly R['answer'][]; readonly next: { readonly NextToken?: string } } {
  const { ids, words, paged, ...wanted } = request;
  forbidBoth(ids, words.set, paged.MaxResults);
  requireRows(wanted.table, ids, words);
  const page = pageRequest(paged);
  const { rows, ...next } = takePage(filtered({ ...wanted, ids, from: page.from }), page);
  return { answers: rows.map(({ answer }) => answer), next };
}
