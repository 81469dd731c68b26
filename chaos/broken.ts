/** An invariant that did not hold. */
export interface Broken {
  readonly seed: number;
  readonly invariant: Invariant;
  /** The machine, or the plan. */
  readonly machine: string;
  readonly evidence: string;
  /** A worker was frozen and thawed in this run: what it may still do in its last instant is counted apart. */
  readonly afterThaw: boolean;
}

export const invariants = [
  'failed over once',
  'nothing begun again unasked',
  'committed only what was validated',
  'no source stays stopped without a commit',
  'never two live copies',
  'every firewall is closed',
  'every test is cleaned up',
  'nothing of others is touched',
  'nothing is left of what was given up',
  'nothing is deleted unconfirmed',
  'given up only when asked',
  'every decision is followed',
  'no secret is told',
] as const;
export type Invariant = (typeof invariants)[number];
