import { Listr } from 'listr2';
import { lineOf, type PlanView } from './plan-view.ts';

/** How a run is shown while it goes on. */
export interface Show {
  view(view: PlanView): void;
  /** What a person did, as the command they would have typed, and its answer. */
  person(command: string, answer: string): void;
  end(): void;
}

/** In a pipe: a line whenever a machine enters a phase or meets something new. */
export function showLines(tell: (line: string) => void): Show {
  const begunAt = Date.now();
  const seen = new Map<string, string>();
  return {
    view({ machines }) {
      for (const machine of machines) {
        const now = `${machine.phase} ${machine.attention ?? ''}`;
        if (seen.get(machine.vm) === now) continue;
        seen.set(machine.vm, now);
        tell(lineOf({ ...machine, waitingFor: undefined }, Date.now() - begunAt));
      }
    },
    person: (command, answer) => tell(`> ${command}\n  ${answer}`),
    end: () => undefined,
  };
}

/** On a terminal: one live line for each machine, and one for what the person did last. */
export function showLive(): Show {
  const begunAt = Date.now();
  const lines = new Map<string, LiveLine>();
  const endedAfterMs = new Map<string, number>();
  let running: Promise<unknown> | undefined;
  const begin = (names: readonly string[]) => {
    for (const name of names) lines.set(name, new LiveLine(name));
    const tasks = [...lines.values()].map((line) => line.task);
    running = new Listr(tasks, { concurrent: true, registerSignalListeners: false }).run();
  };
  return {
    view({ machines }) {
      if (running === undefined) begin([you, ...machines.map(({ vm }) => vm)]);
      for (const machine of machines) {
        const elapsedMs = endedAfterMs.get(machine.vm) ?? Date.now() - begunAt;
        lines.get(machine.vm)?.say(lineOf(machine, elapsedMs));
        if (machine.phase !== 'completed') continue;
        endedAfterMs.set(machine.vm, elapsedMs);
        lines.get(machine.vm)?.end();
      }
    },
    person: (command, answer) => lines.get(you)?.say(`${you}: ${command} → ${answer}`),
    end() {
      for (const line of lines.values()) line.end();
    },
  };
}

const you = 'you';

/** A line of the terminal that says something new until it ends. */
class LiveLine {
  readonly #ended = Promise.withResolvers<undefined>();
  readonly #name: string;
  #show: (title: string) => void = () => undefined;

  constructor(name: string) {
    this.#name = name;
  }

  get task() {
    return {
      title: this.#name,
      task: (_: unknown, task: { title: string }) => {
        this.#show = (title) => {
          task.title = title;
        };
        return this.#ended.promise;
      },
    };
  }

  say(title: string): void {
    this.#show(title);
  }

  end(): void {
    this.#ended.resolve(undefined);
  }
}
