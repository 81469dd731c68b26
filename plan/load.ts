import type { Plan } from './schema.ts';

/**
 * Reads a plan file, YAML or JSON.
 * @throws `InvalidPlan` with every mistake and its place; also where the file cannot be read.
 */
export async function loadPlan(path: string): Promise<Plan> {
  throw new Error(`loadPlan is being written: ${path}`);
}
