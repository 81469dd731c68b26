import { finalFailure } from '../activities/index.ts';

/** A request that would have carried a credential where it must not go. Nothing was sent, and no retry would be. */
export const unsafeAddress = (message: string) =>
  finalFailure('UnsafeAddress', message, {
    code: 'UNSAFE_ADDRESS',
    suggestion: 'Correct the worker’s endpoint settings; where they are right, do not trust what answered',
  });
