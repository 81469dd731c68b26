import type { z } from 'zod';
import type { Definition, Understood } from '../ec2/action.ts';
import { AwsError } from '../ec2/aws-error.ts';
import { shapeOf } from '../ec2/wire-shape.ts';
import type { Shape } from '../ec2/wire-shape.ts';
import type { SystemsManager } from './systems-manager.ts';
import { knownFields } from './wire-json.ts';

/** An action as requests meet it. */
export interface SsmAction {
  readonly name: string;
  readonly kind: 'read' | 'write' | 'delete';
  readonly input: Shape;
  readonly output: Shape;
  /** @throws AwsError `SerializationException`, `ValidationException`. */
  readonly understand: (body: string) => Understood<SystemsManager>;
}

/** Makes an action of its definition; a time in what it answers is a `Date`. */
export function ssmAction<I extends z.ZodType>(definition: Definition<I, SystemsManager>): SsmAction {
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
