/** What a table needs of a row. */
export interface Row {
  readonly id: string;
}

/** Values of a row under one name: a filter's, or an index's. */
export type Values<R> = (row: R) => readonly string[];

interface Entry<R> {
  readonly position: number;
  readonly row: R;
  readonly keys: readonly (readonly [index: string, value: string])[];
}

/**
 * Rows in the order they came, found by id and by whatever is indexed without looking at the others. A position is
 * never given twice, so a page's token stays true while rows come and go.
 */
export class Table<R extends Row> {
  readonly #entries = new Map<string, Entry<R>>();
  readonly #order: (R | undefined)[] = [];
  readonly #indexes = new Map<
    string,
    { readonly values: Values<R>; readonly rows: Map<string, Set<string>> }
  >();

  /** @param indexes for each index name the values that a row is found by. */
  constructor(indexes: Readonly<Record<string, Values<R>>>) {
    for (const [name, values] of Object.entries(indexes))
      this.#indexes.set(name, { values, rows: new Map() });
  }

  /** How many rows there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** The row with this id. */
  get(id: string): R | undefined {
    return this.#entries.get(id)?.row;
  }

  /** Every row, in order. */
  all(): R[] {
    return this.#order.filter((row) => row !== undefined);
  }

  /** Adds a row at the end. */
  add(row: R): void {
    this.#enter(row, this.#order.push(row) - 1);
  }

  /** Takes a row out; its position stays empty. */
  remove(row: R): void {
    const entry = this.#entries.get(row.id);
    if (entry === undefined) return;
    this.#leave(entry);
    this.#entries.delete(row.id);
    this.#order[entry.position] = undefined;
  }

  /** To be called when what a row is indexed by has changed. */
  reindex(row: R): void {
    const entry = this.#entries.get(row.id);
    if (entry === undefined) return;
    this.#leave(entry);
    this.#enter(row, entry.position);
  }

  /** True where an index of this name exists. */
  isIndexed(index: string): boolean {
    return this.#indexes.has(index);
  }

  /** The rows that have one of these values under an index, in order, from a position on. */
  *lookup(
    index: string,
    values: readonly string[],
    from: number,
  ): Iterable<readonly [position: number, row: R]> {
    const rows = this.#indexes.get(index)?.rows;
    const ids = new Set(values.flatMap((value) => [...(rows?.get(value) ?? [])]));
    yield* this.pick([...ids], from);
  }

  /** The rows with these ids, in order, from a position on. Ids that don't exist are left out. */
  *pick(ids: readonly string[], from: number): Iterable<readonly [position: number, row: R]> {
    const entries = ids.map((id) => this.#entries.get(id)).filter((entry) => entry !== undefined);
    for (const { position, row } of entries.sort((a, b) => a.position - b.position)) {
      if (position >= from) yield [position, row];
    }
  }

  /** Every row from a position on, in order, one at a time. */
  *scan(from: number): Iterable<readonly [position: number, row: R]> {
    for (let position = from; position < this.#order.length; position++) {
      const row = this.#order[position];
      if (row !== undefined) yield [position, row];
    }
  }

  #enter(row: R, position: number): void {
    const keys: (readonly [string, string])[] = [];
    for (const [name, { values, rows }] of this.#indexes) {
      for (const value of values(row)) {
        keys.push([name, value]);
        const ids = rows.get(value);
        if (ids === undefined) rows.set(value, new Set([row.id]));
        else ids.add(row.id);
      }
    }
    this.#entries.set(row.id, { position, row, keys });
  }

  #leave(entry: Entry<R>): void {
    for (const [name, value] of entry.keys) {
      const rows = this.#indexes.get(name)?.rows;
      const ids = rows?.get(value);
      ids?.delete(entry.row.id);
      if (ids?.size === 0) rows?.delete(value);
    }
  }
}
