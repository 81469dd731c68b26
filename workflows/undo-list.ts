/** Something to undo: what it is, in words, and how. */
export interface Undo {
  readonly name: string;
  readonly undo: () => Promise<void>;
}

/** What is undone when a run ends before its time. */
export class UndoList {
  #undos: readonly Undo[] = [];

  add(undo: Undo): void {
    this.#undos = [...this.#undos, undo];
  }

  remove(undo: Undo): void {
    this.#undos = this.#undos.filter((one) => one !== undo);
  }

  /** The latest first. */
  get inOrder(): readonly Undo[] {
    return [...this.#undos].reverse();
  }
}
