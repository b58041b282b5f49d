import { measuredInside } from '../inside/inside.ts';
import { median } from '../measure/median.ts';
import type { BenchContext, Outcome, Row } from '../row.ts';

/** What `inside/trace-variants.ts` prints. */
export interface TraceMeasured {
  readonly ms: number;
  readonly mergeMs: number;
  /** Null where the system does not tell. */
  readonly moreBytes: number | null;
}

const work = (files: string) =>
  `origins, contributions, packages and comparison of three variants of ${files} files, once they are indexed`;

export const originRows: readonly Row[] = [
  {
    name: 'origins',
    work: work('25,000'),
    target: { ms: 150 },
    measure: (context) => traced(25_000, context),
  },
  {
    name: 'origins-million',
    work: `${work('1,000,000')}; memory beyond theirs`,
    target: { ms: 2000, peakMB: 250 },
    measure: (context) => traced(1_000_000, context),
  },
];

/** Each time in a process of its own, as after a build: nothing has run there yet. */
async function traced(files: number, { runs, signal }: BenchContext): Promise<Outcome> {
  const ours: TraceMeasured[] = [];
  for (let run = 0; run < runs; run++) {
    ours.push(await measuredInside<TraceMeasured>('trace-variants.ts', [String(files)], signal));
  }
  const mergeMs = median(ours.map((run) => run.mergeMs));
  return {
    ours: ours.map(({ ms, moreBytes }) => ({ ms, peakBytes: moreBytes })),
    note: `merging the three before took ${Math.round(mergeMs)} ms`,
  };
}
