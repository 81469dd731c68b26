/** One measured figure of the bench. */
export interface Figure {
  readonly name: string;
  /** What the number is. */
  readonly is: string;
  /** More than this is too much. */
  readonly limit: number;
  readonly measure: () => Promise<number>;
}
