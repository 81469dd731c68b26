import type { Attention, Note } from './messages.ts';

/** Enough to read what happened; a run of weeks keeps its latest. */
const longest = 100;

/** The workflow's time now, as statuses tell it. */
export function timestamp(): string {
  return new Date().toISOString();
}

/** What happened in a run, in words, for its status and for the Web UI. */
export class Story {
  readonly #notes: Note[] = [];

  get notes(): readonly Note[] {
    return this.#notes;
  }

  note(text: string): void {
    this.#notes.push({ at: timestamp(), text });
    if (this.#notes.length > longest) this.#notes.shift();
  }

  /** The run as markdown, for a workflow's current details. */
  markdown(headline: string, attention: Attention | undefined): string {
    const asked = attention && [
      `### Needs a person: ${attention.step}`,
      `\`${attention.code}\` ${attention.message}`,
      `**${attention.suggestion}**`,
      ...attention.choices.map((choice) => `- \`${choice}\``),
    ];
    const notes = this.#notes.slice(-10).map(({ at, text }) => `- ${at} ${text}`);
    return [`**${headline}**`, ...(asked ?? []), ...notes].join('\n\n');
  }
}

/** The job of a step, for its note. */
export function jobText(job: string | undefined): string {
  return job === undefined ? '' : `, job ${job}`;
}
