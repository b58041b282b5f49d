import type { Engine, EngineKind } from './engine.ts';
import type { Measured } from './measure/measured.ts';

/** What is promised: all that is given must hold. */
export interface Target {
  /** The most that ours may take of the baseline's time. */
  readonly ratio?: number;
  /** The most it may take, ms. */
  readonly ms?: number;
  /** The most memory the whole process may have, MB (10⁶ bytes). */
  readonly peakMB?: number;
}

export interface Baseline {
  readonly name: string;
  readonly runs: readonly Measured[];
}

export interface Outcome {
  readonly ours: readonly Measured[];
  readonly baseline?: Baseline | undefined;
  readonly note?: string | undefined;
}

/** What a row is measured with. */
export interface BenchContext {
  readonly runs: number;
  /** Also what takes ten minutes. */
  readonly full: boolean;
  readonly signal: AbortSignal;
  /** A private engine, started when it is first asked for; Debian's if not said. */
  engine(kind?: EngineKind): Promise<Engine>;
  log(line: string): void;
}

/** A row of the table: a work, what is promised of it, and how it is measured. */
export interface Row {
  /** Short, as given on the command line. */
  readonly name: string;
  /** As people call it. */
  readonly work: string;
  readonly target: Target;
  readonly measure: (context: BenchContext) => Promise<Outcome>;
}

/** A row that cannot be measured here; the message says why. */
export class NotMeasured extends Error {}
