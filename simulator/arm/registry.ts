/** One page of a list, and where the next one begins. */
export interface Page<Element> {
  readonly elements: readonly Element[];
  /** Opaque to the client; absent on the last page. */
  readonly next: string | undefined;
}

interface Entry<Element> {
  readonly sequence: number;
  readonly element: Element;
}

/**
 * Named things in the order they came, found by name (in any case) or by page without looking at the others. A page's
 * token is the sequence number of the last element on it, so it stays true while others come and go.
 */
export class Registry<Element> {
  readonly #byName = new Map<string, Entry<Element>>();
  readonly #inOrder: Entry<Element>[] = [];
  #sequence = 0;

  get size(): number {
    return this.#inOrder.length;
  }

  get(name: string): Element | undefined {
    return this.#byName.get(name.toLowerCase())?.element;
  }

  /** Adds it at the end; a name is given once. */
  add(name: string, element: Element): void {
    const entry = { sequence: ++this.#sequence, element };
    this.#byName.set(name.toLowerCase(), entry);
    this.#inOrder.push(entry);
  }

  remove(name: string): void {
    const entry = this.#byName.get(name.toLowerCase());
    if (entry === undefined) return;
    this.#byName.delete(name.toLowerCase());
    this.#inOrder.splice(this.#firstAfter(entry.sequence - 1), 1);
  }

  *[Symbol.iterator](): Iterator<Element> {
    for (const { element } of this.#inOrder) yield element;
  }

  /**
   * Up to `size` elements behind the token's place; without a condition it costs a page, whatever the list holds.
   * @param meets leaves out the others.
   */
  page(size: number, token: string | null, meets?: (element: Element) => boolean): Page<Element> {
    const first = token === null ? 0 : this.#firstAfter(Number.parseInt(token, 36) || 0);
    const entries =
      meets === undefined
        ? this.#inOrder.slice(first, first + size + 1)
        : this.#firstThatMeet(first, size + 1, meets);
    const onPage = entries.slice(0, size);
    return {
      elements: onPage.map(({ element }) => element),
      next: entries.length > size ? onPage.at(-1)?.sequence.toString(36) : undefined,
    };
  }

  #firstThatMeet(first: number, count: number, meets: (element: Element) => boolean): Entry<Element>[] {
    const found: Entry<Element>[] = [];
    for (let at = first; at < this.#inOrder.length && found.length < count; at += 1) {
      const entry = this.#inOrder[at];
      if (entry !== undefined && meets(entry.element)) found.push(entry);
    }
    return found;
  }

  /** Place of the first entry whose sequence number is greater; binary search. */
  #firstAfter(sequence: number): number {
    let [low, high] = [0, this.#inOrder.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#inOrder[middle]?.sequence ?? 0) > sequence) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
