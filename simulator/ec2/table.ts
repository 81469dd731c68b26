/** What a table needs of a row. */
export interface Row {
  readonly id: string;
}

/** Values of a row under one name: a filter's, or an index's. */
export type Values<R> = (row: R) => readonly string[];

/** A row and where it stands. */
export type Placed<R> = readonly [position: number, row: R];

interface Index<R> {
  readonly values: Values<R>;
  /** For each value the positions of the rows that have it, in order. */
  readonly positions: Map<string, number[]>;
}

/**
 * Rows in the order they came, found by id and by whatever is indexed without looking at the others. A position is
 * never given twice, so a page's token stays true while rows come and go.
 */
export class Table<R extends Row> {
  readonly #positions = new Map<string, number>();
  readonly #rows: (R | undefined)[] = [];
  readonly #indexes = new Map<string, Index<R>>();
  /** What each row is entered under, by position: `reindex` must find it when the row says something else already. */
  readonly #entered: (readonly (readonly [index: Index<R>, value: string])[])[] = [];

  /** @param indexes for each index name the values that a row is found by. */
  constructor(indexes: Readonly<Record<string, Values<R>>> = {}) {
    for (const [name, values] of Object.entries(indexes)) {
      this.#indexes.set(name, { values, positions: new Map() });
    }
  }

  /** The row with this id. */
  get(id: string): R | undefined {
    const position = this.#positions.get(id);
    return position === undefined ? undefined : this.#rows[position];
  }

  /** Every row, in order. */
  all(): R[] {
    return this.#rows.filter((row) => row !== undefined);
  }

  /** Adds a row at the end. */
  add(row: R): void {
    const position = this.#rows.push(row) - 1;
    this.#positions.set(row.id, position);
    this.#enter(row, position);
  }

  /** Takes a row out; its position stays empty. */
  remove(row: R): void {
    const position = this.#positions.get(row.id);
    if (position === undefined) return;
    this.#leave(position);
    this.#positions.delete(row.id);
    this.#rows[position] = undefined;
  }

  /** To be called when what a row is indexed by has changed. */
  reindex(row: R): void {
    const position = this.#positions.get(row.id);
    if (position === undefined) return;
    this.#leave(position);
    this.#enter(row, position);
  }

  /** True where an index of this name exists. */
  isIndexed(name: string): boolean {
    return this.#indexes.has(name);
  }

  /** The rows that have one of these values under an index, in order, from a position on, one at a time. */
  lookup(name: string, values: readonly string[], from: number): Iterable<Placed<R>> {
    const positions = this.#indexes.get(name)?.positions;
    return this.#at(
      merged(
        values.map((value) => positions?.get(value) ?? []),
        from,
      ),
    );
  }

  /** The rows with these ids, in order, from a position on. Ids that don't exist are left out. */
  pick(ids: readonly string[], from: number): Iterable<Placed<R>> {
    const positions = ids.map((id) => this.#positions.get(id)).filter((position) => position !== undefined);
    return this.#at(merged([positions.sort((a, b) => a - b)], from));
  }

  /** Every row from a position on, in order, one at a time. */
  *scan(from: number): Iterable<Placed<R>> {
    for (let position = from; position < this.#rows.length; position++) {
      const row = this.#rows[position];
      if (row !== undefined) yield [position, row];
    }
  }

  *#at(positions: Iterable<number>): Iterable<Placed<R>> {
    for (const position of positions) {
      const row = this.#rows[position];
      if (row !== undefined) yield [position, row];
    }
  }

  #enter(row: R, position: number): void {
    const entered: (readonly [Index<R>, string])[] = [];
    for (const index of this.#indexes.values()) {
      for (const value of new Set(index.values(row))) {
        const list = index.positions.get(value) ?? [];
        list.splice(firstNotBelow(list, position), 0, position);
        index.positions.set(value, list);
        entered.push([index, value]);
      }
    }
    this.#entered[position] = entered;
  }

  #leave(position: number): void {
    for (const [{ positions }, value] of this.#entered[position] ?? []) {
      const list = positions.get(value) ?? [];
      list.splice(firstNotBelow(list, position), 1);
      if (list.length === 0) positions.delete(value);
    }
  }
}

/** The numbers of several ordered lists, from one number on, in order and each once. */
function* merged(lists: readonly (readonly number[])[], from: number): Iterable<number> {
  const heads = lists.map((list) => ({ list, at: firstNotBelow(list, from) }));
  for (let last = -1; ;) {
    let next = Number.POSITIVE_INFINITY;
    for (const head of heads) {
      if (head.list[head.at] === last) head.at += 1;
      next = Math.min(next, head.list[head.at] ?? next);
    }
    if (next === Number.POSITIVE_INFINITY) return;
    yield next;
    last = next;
  }
}

/** Where in an ordered list the first number stands that is not below `limit`. */
function firstNotBelow(list: readonly number[], limit: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? limit) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
