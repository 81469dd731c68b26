/** Something in an environment that stands in the way, or should be known. */
export interface Complaint {
  readonly code: string;
  readonly weight: 'blocker' | 'warning';
  readonly message: string;
  readonly suggestion: string;
  /** What Portage does about it before any machine starts, where its environment is still to be prepared. */
  readonly preparation?: string;
}
