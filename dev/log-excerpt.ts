const FIRST_LINES = 10;
const LAST_LINES = 20;

/**
 * The first and the last lines of a program's output, for an error message: a crash names its cause first, and what
 * led to the end of a long run is last.
 */
export class LogExcerpt {
  readonly #first: string[] = [];
  #last: readonly string[] = [''];
  #left = 0;

  add(text: string): void {
    const [first = '', ...others] = text.split('\n');
    const unfinished = this.#last.at(-1) ?? '';
    const lines = [...this.#last.slice(0, -1), unfinished + first, ...others];
    while (this.#first.length < FIRST_LINES && lines.length > 1) this.#first.push(lines.shift() ?? '');
    this.#last = lines.slice(-LAST_LINES);
    this.#left += lines.length - this.#last.length;
  }

  text(): string {
    const gap = this.#left === 0 ? [] : [`… ${this.#left} lines left out …`];
    return [...this.#first, ...gap, ...this.#last].join('\n').trim();
  }
}
