/** The Temporal server does not answer. */
export class TemporalUnreachable extends Error {}
