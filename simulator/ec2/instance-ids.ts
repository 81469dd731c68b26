import { AwsError } from './aws-error.ts';
import type { Estate, InstanceRow } from './estate.ts';

/**
 * The instances that a request names, in its order, each once.
 * @throws AwsError `InvalidInstanceID.Malformed`, `InvalidInstanceID.NotFound`.
 */
export function namedInstances({ instances }: Estate, ids: readonly string[]): InstanceRow[] {
  const missing = ids.filter((id) => instances.get(id) === undefined);
  const malformed = missing.find((id) => !/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id));
  if (malformed !== undefined) {
    throw new AwsError('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
  }
  if (missing.length > 0) {
    const [what, does] = missing.length === 1 ? ['ID', 'does'] : ['IDs', 'do'];
    throw new AwsError(
      'InvalidInstanceID.NotFound',
      `The instance ${what} '${missing.join(', ')}' ${does} not exist`,
    );
  }
  return [...new Set(ids)].map((id) => instances.get(id)).filter((row) => row !== undefined);
}
