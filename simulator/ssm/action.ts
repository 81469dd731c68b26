import type { z } from 'zod';
import { AwsError } from '../ec2/aws-error.ts';
import { shapeOf } from '../ec2/wire-shape.ts';
import type { OperationSchema, Shape } from '../ec2/wire-shape.ts';
import type { SystemsManager } from './systems-manager.ts';
import { knownFields } from './wire-json.ts';

/** One action of Systems Manager, told by what it takes and what it does. */
interface Definition<I extends z.ZodType> {
  /** The SDK's wire schema: name, input and output. */
  readonly operation: OperationSchema;
  readonly kind: 'read' | 'write' | 'delete';
  /** The fields that the simulator acts on. */
  readonly input: I;
  /** The ids that it acts on; none for a list. */
  readonly targets: (input: z.output<I>) => readonly string[];
  /** Acts, and answers in the SDK's words; a time is a `Date`. */
  readonly perform: (input: z.output<I>, ssm: SystemsManager) => unknown;
}

/** A request that was understood: whom it concerns, and how to do it. */
export interface Understood {
  readonly targets: readonly string[];
  readonly perform: (ssm: SystemsManager) => unknown;
}

/** An action as requests meet it. */
export interface SsmAction {
  readonly name: string;
  readonly kind: 'read' | 'write' | 'delete';
  readonly input: Shape;
  readonly output: Shape;
  /** @throws AwsError `SerializationException`, `ValidationException`. */
  readonly understand: (body: string) => Understood;
}

/** Makes an action of its definition. */
export function ssmAction<I extends z.ZodType>(definition: Definition<I>): SsmAction {
  const { operation, kind, input: schema, targets, perform } = definition;
  const input = shapeOf(operation[4]);
  return {
    name: operation[2],
    kind,
    input,
    output: shapeOf(operation[5]),
    understand(body) {
      const parsed = schema.safeParse(knownFields(input, parse(body)), { reportInput: true });
      if (!parsed.success) throw notUnderstood(operation[2], parsed.error);
      return { targets: targets(parsed.data), perform: (ssm) => perform(parsed.data, ssm) };
    },
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body);
  } catch {
    throw new AwsError('SerializationException', '');
  }
}

function notUnderstood(name: string, error: z.ZodError): AwsError {
  const [issue] = error.issues;
  const path = (issue?.path ?? []).map(String).join('.');
  const field = path.slice(0, 1).toLowerCase() + path.slice(1);
  if (issue?.code === 'unrecognized_keys') {
    const fields = issue.keys.join(', ');
    return new AwsError('ValidationException', `The simulator does not act on ${fields} of ${name}.`);
  }
  if (issue?.code === 'invalid_type' && issue.input !== undefined) {
    return new AwsError('SerializationException', '');
  }
  const [value, constraint] =
    issue?.input === undefined
      ? ['null', 'Member must not be null']
      : [`'${JSON.stringify(issue.input)}'`, issue.message];
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value ${value} at '${field}' failed to satisfy constraint: ${constraint}`,
  );
}
