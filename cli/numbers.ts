import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError unless it is a whole number, not negative. */
export function readInteger(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

/** @throws InvalidArgumentError unless it is a number above 0. */
export function readSpeed(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('Give a number above 0.');
  return value;
}
