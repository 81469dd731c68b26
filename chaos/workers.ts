import type { LocalWorld } from '../dev/local-world.ts';
import type { WorkerProcess } from '../dev/worker-process.ts';

/** The death of a worker in the middle of an effect. */
export interface Kill {
  /** What the request was about that the cloud had just accepted. */
  readonly target: string;
  readonly at: Date;
  /** When another worker was there. */
  readonly replacedAt: Date;
}

/** The workers of a world: one at a time, but for the time in which a frozen one waits to be thawed. */
export class Workers {
  readonly #local: LocalWorld;
  readonly #kills: Kill[] = [];
  #current: WorkerProcess;
  /** One thing is done to them at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(local: LocalWorld) {
    this.#local = local;
    this.#current = local.worker;
  }

  get kills(): readonly Kill[] {
    return this.#kills;
  }

  /** Kills the worker as a crash would, and starts another. */
  kill(target: string): Promise<void> {
    return this.#inTurn(async () => {
      const at = new Date();
      await this.#current.kill();
      this.#current = await this.#local.startWorker();
      this.#kills.push({ target, at, replacedAt: new Date() });
    });
  }

  /** Freezes the worker where it is; another takes over, and once that works the first is thawed beside it. */
  freeze(): Promise<void> {
    return this.#inTurn(async () => {
      const frozen = this.#current;
      process.kill(frozen.pid, 'SIGSTOP');
      try {
        this.#current = await this.#local.startWorker();
      } finally {
        process.kill(frozen.pid, 'SIGCONT');
      }
      await frozen.stop();
    });
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#last.then(act);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
