const LINES_KEPT = 20;

/** The last lines of a program's output, for an error message. */
export class LogTail {
  #lines: readonly string[] = [''];

  add(text: string): void {
    const [first = '', ...others] = text.split('\n');
    const unfinished = this.#lines.at(-1) ?? '';
    this.#lines = [...this.#lines.slice(0, -1), unfinished + first, ...others].slice(-LINES_KEPT);
  }

  text(): string {
    return this.#lines.join('\n').trim();
  }
}
