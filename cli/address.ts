import { InvalidArgumentError } from 'commander';
import type { Address } from '../client/index.ts';

/** Reads `payroll` or `payroll/db-01`. @throws InvalidArgumentError */
export function parseAddress(text: string): Address {
  const [plan, vm, ...rest] = text.split('/');
  if (!plan || vm === '' || rest.length > 0)
    throw new InvalidArgumentError('Give a plan, or a plan and a machine: payroll, payroll/db-01');
  return vm === undefined ? { plan } : { plan, vm };
}

/** Collects a repeatable option: `--group databases --group web`. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
