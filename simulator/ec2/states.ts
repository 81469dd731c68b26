import type { InstanceState } from './section.ts';

/** The low byte of EC2's state codes (API reference, InstanceState). */
const stateCodes: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** A state as EC2 answers it: name and code. */
export function stateAnswer(name: InstanceState): { readonly Code: number; readonly Name: InstanceState } {
  return { Code: stateCodes[name], Name: name };
}
