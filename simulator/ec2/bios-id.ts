import { createHash } from 'node:crypto';
import type { InstanceRow } from './estate.ts';

/** UUID of an instance's firmware: EC2 lets it begin with `ec2` (documented); the rest is made of the instance's id. */
export function biosId({ id }: Pick<InstanceRow, 'id'>): string {
  const digits = `ec2${createHash('sha256').update(id).digest('hex').slice(0, 29)}`;
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ].join('-');
}
