/** How much a finding weighs: a blocker stops the machine, unless the plan accepts its code. */
export type Severity = 'blocker' | 'warning' | 'info';

/** Something that a look at a machine and its two clouds brought up. */
export interface Finding {
  /** Public name, e.g. `LINUX_NVME`: what `accept:` in a plan names. */
  readonly code: string;
  readonly severity: Severity;
  /** Name of the machine; empty where it concerns the plan as a whole. */
  readonly machine: string;
  readonly message: string;
  readonly suggestion: string;
  /** Where to read more: a page of Portage's docs or of the cloud's. */
  readonly docs: string;
  /** Set on a blocker that the plan accepts by name: it weighs as a warning, and this is its record. */
  readonly accepted?: true;
}

const docs = 'docs/findings.md';

const weight: Readonly<Record<Severity, number>> = { blocker: 0, warning: 1, info: 2 };

/** Whom findings are about: a machine, or a whole plan with an empty name. */
export interface Subject {
  readonly name: string;
  /** Codes of blockers that are warnings here. */
  readonly accept: readonly string[];
}

/** Collects the findings about one machine or plan; a blocker that the plan accepts by name becomes a warning and says so. */
export class Findings {
  readonly #subject: Subject;
  readonly #all: Finding[] = [];

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** What weighs most first; otherwise by name, whichever cloud answered first. */
  get all(): readonly Finding[] {
    return this.#all.toSorted(
      (one, other) =>
        weight[one.severity] - weight[other.severity] ||
        order(one.code, other.code) ||
        order(one.message, other.message),
    );
  }

  blocker(code: string, message: string, suggestion: string): void {
    const accepted = this.#subject.accept.includes(code);
    this.#add(accepted ? 'warning' : 'blocker', code, message, suggestion, accepted);
  }

  warning(code: string, message: string, suggestion: string): void {
    this.#add('warning', code, message, suggestion, false);
  }

  info(code: string, message: string, suggestion: string): void {
    this.#add('info', code, message, suggestion, false);
  }

  #add(severity: Severity, code: string, message: string, suggestion: string, accepted: boolean): void {
    this.#all.push({
      code,
      severity,
      machine: this.#subject.name,
      message,
      suggestion,
      docs: `${docs}#${code.toLowerCase()}`,
      ...(accepted ? { accepted: true } : {}),
    });
  }
}

function order(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
