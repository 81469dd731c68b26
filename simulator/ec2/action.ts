import { z } from 'zod';
import { AwsError, missingParameter } from './aws-error.ts';
import type { Estate } from './estate.ts';
import { readForm } from './wire-form.ts';
import { shapeOf } from './wire-shape.ts';
import type { OperationSchema, Shape } from './wire-shape.ts';

/** One action of a service, told by what it takes and what it does in the service's estate. */
export interface Definition<I extends z.ZodType, Service> {
  /** The SDK's wire schema: names, input and output. */
  readonly operation: OperationSchema;
  readonly kind: 'read' | 'write' | 'delete';
  /** The parameters that the simulator acts on, in the SDK's words. */
  readonly input: I;
  /** The ids that it acts on; none for a list. */
  readonly targets: (input: z.output<I>) => readonly string[];
  /** Acts, and answers in the SDK's words. */
  readonly perform: (input: z.output<I>, service: Service) => unknown;
}

/** A request that was understood: whom it concerns, and how to do it. */
export interface Understood<Service> {
  readonly targets: readonly string[];
  readonly perform: (service: Service) => unknown;
}

/** What EC2's requests have besides. */
export interface UnderstoodForm extends Understood<Estate> {
  readonly isDryRun: boolean;
  /** A list asked for without ids, filters and pages. */
  readonly isUnbounded: boolean;
}

/** An EC2 action as requests meet it. */
export interface Action {
  readonly name: string;
  readonly kind: 'read' | 'write' | 'delete';
  readonly input: Shape;
  readonly output: Shape;
  /** @throws AwsError for parameters that EC2, or the simulator, does not take. */
  readonly understand: (form: URLSearchParams) => UnderstoodForm;
}

/** Every action takes this one. */
export const dryRun = { DryRun: z.boolean().default(false) };

/** Makes an action of its definition. */
export function action<I extends z.ZodType>(definition: Definition<I, Estate>): Action {
  const { operation, kind, input: schema, targets, perform } = definition;
  const input = shapeOf(operation[4]);
  return {
    name: operation[2],
    kind,
    input,
    output: shapeOf(operation[5]),
    understand(form) {
      const raw = readForm(form, input);
      const parsed = schema.safeParse(raw);
      if (!parsed.success) throw notUnderstood(operation[2], parsed.error);
      return {
        targets: targets(parsed.data),
        isDryRun: raw.DryRun === true,
        isUnbounded: targets(parsed.data).length === 0 && !('Filters' in raw) && !('MaxResults' in raw),
        perform: (estate) => perform(parsed.data, estate),
      };
    },
  };
}

function notUnderstood(name: string, error: z.ZodError): AwsError {
  const [issue] = error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    const parameters = issue.keys.join(', ');
    return new AwsError('UnsupportedOperation', `The simulator does not act on ${parameters} of ${name}.`);
  }
  if (issue?.code === 'invalid_type' && issue.input === undefined) return missingParameter(path);
  return new AwsError(
    'InvalidParameterValue',
    `Invalid value for ${path}: ${issue?.message ?? 'not understood'}`,
  );
}
