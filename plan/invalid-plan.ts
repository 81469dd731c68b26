/** One mistake in a plan. `line` and `column` count from 1; both are 0 where the plan came as a value, not as a file. */
export interface PlanError {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where in the plan, like `groups[0].vms[2].target.network`; empty for the plan as a whole. */
  readonly path: string;
  /** What is wrong, a sentence without its full stop. */
  readonly message: string;
  /** What to do about it, where that is known. */
  readonly suggestion?: string;
}

/** The plan cannot be used. `errors` has every mistake, in the order of the file, and the message lists them all. */
export class InvalidPlan extends Error {
  override readonly name = 'InvalidPlan';
  readonly errors: readonly PlanError[];

  constructor(errors: readonly PlanError[]) {
    super(errors.map(line).join('\n'));
    this.errors = errors;
  }
}

function line({ file, line, column, path, message, suggestion }: PlanError): string {
  const position = line === 0 ? file : `${file}:${line}:${column}`;
  const place = path === '' ? '' : `${path}: `;
  const advice = suggestion === undefined ? '' : `. ${suggestion}`;
  return `${position === '' ? '' : `${position}  `}${place}${message}${advice}`;
}
