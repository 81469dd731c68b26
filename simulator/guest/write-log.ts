/** Something that writes to a disk of its machine, as long as that and its service run. */
export interface WriterFacts {
  readonly service: string;
  readonly everySeconds: number;
  readonly mib: number;
}

/** One write. */
export interface Write {
  /** Counts from 1. */
  readonly number: number;
  readonly atMs: number;
  readonly service: string;
  readonly mib: number;
}

/** A writer, and when its turn is next; undefined while its service does not run. */
interface Writer {
  readonly facts: WriterFacts;
  nextMs: number | undefined;
}

/** What the system itself writes while it shuts down: event logs, the registry, the marks of a clean file system (inferred size). */
const shutdownWrite = { service: 'operating system', mib: 4 } as const;

/**
 * The writes of a machine, in the order in which they came. They are worked out when somebody asks, from what ran when: no
 * timer belongs to them. Each writer keeps to multiples of its interval since the story began, so that the same story has
 * the same writes.
 */
export class WriteLog {
  readonly #writers: Writer[];
  readonly #startMs: number;
  readonly #writes: Write[] = [];

  /** @param startMs when the story began, in simulated time. */
  constructor(writers: readonly WriterFacts[], startMs: number) {
    this.#startMs = startMs;
    this.#writers = writers.map((facts) => ({ facts, nextMs: undefined }));
  }

  /** True where nothing ever writes: nobody has to look. */
  get isEmpty(): boolean {
    return this.#writers.length === 0;
  }

  /** Notes which services run from now on. */
  note(isRunning: (service: string) => boolean, nowMs: number): void {
    this.#continue(nowMs);
    for (const writer of this.#writers) {
      if (!isRunning(writer.facts.service)) writer.nextMs = undefined;
      else writer.nextMs ??= this.#after(writer.facts, nowMs);
    }
  }

  /** Notes that the system has shut down. */
  noteShutdown(nowMs: number): void {
    if (this.isEmpty) return;
    this.note(() => false, nowMs);
    this.#add(nowMs, shutdownWrite);
  }

  /** How many writes there have been. */
  count(nowMs: number): number {
    this.#continue(nowMs);
    return this.#writes.length;
  }

  /** A write by its number; `undefined` before it has happened. */
  get(number: number): Write | undefined {
    return this.#writes[number - 1];
  }

  #continue(nowMs: number): void {
    for (let due = this.#due(nowMs); due !== undefined; due = this.#due(nowMs)) {
      const { nextMs = nowMs, facts } = due;
      this.#add(nextMs, facts);
      due.nextMs = nextMs + facts.everySeconds * 1000;
    }
  }

  /** The writer whose turn it is first, if it has come. */
  #due(nowMs: number): Writer | undefined {
    let first: Writer | undefined;
    for (const writer of this.#writers) {
      if (writer.nextMs === undefined || writer.nextMs > nowMs) continue;
      if (first?.nextMs === undefined || writer.nextMs < first.nextMs) first = writer;
    }
    return first;
  }

  #after({ everySeconds }: WriterFacts, nowMs: number): number {
    const intervalMs = everySeconds * 1000;
    return this.#startMs + (Math.floor((nowMs - this.#startMs) / intervalMs) + 1) * intervalMs;
  }

  #add(atMs: number, { service, mib }: Pick<Write, 'service' | 'mib'>): void {
    this.#writes.push({ number: this.#writes.length + 1, atMs, service, mib });
  }
}
