import { Listr } from 'listr2';
import type { Report } from '../client/index.ts';
import { lineOf, type PlanView } from './plan-view.ts';

/** How a run is shown while it goes on. */
export interface Show {
  /** How every machine stands now. */
  view(view: PlanView): void;
  /** What a machine has just reported. */
  report(report: Report): void;
  /** What a person did, as the command they would have typed, and its answer. */
  person(command: string, answer: string): void;
  end(): void;
}

/** In a pipe: a line for each report, so that no phase is missing however short. */
export function showLines(tell: (line: string) => void): Show {
  const begunAt = Date.now();
  return {
    view: () => undefined,
    report: (report) => tell(lineOf(report, Date.now() - begunAt)),
    person: (command, answer) => tell(`> ${command}\n  ${answer}`),
    end: () => undefined,
  };
}

/** On a terminal: one live line for each machine, and one for what the person typed. */
export function showLive(): Show {
  const begunAt = Date.now();
  const typed: string[] = [];
  const lines = new Map<string, LiveLine>();
  const begin = (names: readonly string[]) => {
    for (const name of names) lines.set(name, new LiveLine(name));
    const tasks = [...lines.values()].map((line) => line.task);
    void new Listr(tasks, {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: { formatOutput: 'truncate', showErrorMessage: false },
    }).run();
  };
  return {
    view({ machines }) {
      if (lines.size === 0) {
        begin([...machines.map(({ vm }) => vm), you]);
        lines.get(you)?.say(`${you.padEnd(10)} nothing to type yet`);
      }
      for (const machine of machines) {
        const line = lines.get(machine.vm);
        line?.say(lineOf(machine, Date.now() - begunAt));
        if (machine.phase === 'completed') line?.end('done');
      }
    },
    report: () => undefined,
    person(command) {
      typed.push(command);
      lines.get(you)?.say(`${you.padEnd(10)} ${typed.join(' · ')}`);
    },
    end() {
      lines.get(you)?.end('done');
      for (const line of lines.values()) line.end('cut short');
    },
  };
}

const you = 'you';

/** A line of the terminal that says something new until it ends, and is then marked as done or not. */
class LiveLine {
  readonly #end = Promise.withResolvers<undefined>();
  #title: string;
  #hasEnded = false;
  #show: (title: string) => void = () => undefined;

  constructor(title: string) {
    this.#title = title;
  }

  get task() {
    return {
      title: this.#title,
      task: (_: unknown, task: { title: string }) => {
        this.#show = (title) => {
          task.title = title;
        };
        this.#show(this.#title);
        return this.#end.promise;
      },
    };
  }

  say(title: string): void {
    if (this.#hasEnded) return;
    this.#title = title;
    this.#show(title);
  }

  end(how: 'done' | 'cut short'): void {
    this.#hasEnded = true;
    if (how === 'done') this.#end.resolve(undefined);
    else this.#end.reject(new Error(how));
  }
}
