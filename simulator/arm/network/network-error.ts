import { ArmError } from '../arm-error.ts';

/** A refusal of the network provider; nearly all are 400. */
export function networkError(code: string, message: string): ArmError {
  return new ArmError(400, code, message);
}

/** @param id what is not there. @param by the resource that names it. */
export function invalidReference(id: string, by: string): ArmError {
  return networkError(
    'InvalidResourceReference',
    `Resource ${id} referenced by resource ${by} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
  );
}
