/** One run: how long, and the most memory the process had. */
export interface Measured {
  readonly ms: number;
  /** Peak resident memory, bytes; null where it was not measured. */
  readonly peakBytes: number | null;
}
