import { measuredInside } from '../inside/inside.ts';
import { type Query, queries } from '../inside/queries.ts';
import type { BenchContext, Outcome, Row } from '../row.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const inside = (ms: number) => ({ ms, peakBytes: null });

export const millionFilesRows: readonly Row[] = [
  {
    name: 'index-load',
    work: 'cached index of 1,000,000 entries, loaded',
    target: { ms: 100 },
    measure: loadIndex,
  },
  ...queries.map(queryRow),
];

/** Each time in a process of its own: none has it in memory already. */
async function loadIndex({ runs, signal }: BenchContext): Promise<Outcome> {
  await using folder = await temporaryFolder();
  const load = () => measuredInside('load-index.ts', [folder.path], signal);
  await load();
  const ours: number[] = [];
  for (let run = 0; run < runs; run++) ours.push(...(await load()));
  return { ours: ours.map(inside) };
}

function queryRow({ name, work, ms }: Query): Row {
  return {
    name,
    work: `1,000,000 files: ${work}`,
    target: ms === undefined ? {} : { ms },
    measure: async ({ signal }) => {
      const [first, ...more] = await measuredInside('run-query.ts', [name], signal);
      return { ours: more.map(inside), note: `${Math.round(first!)} ms the first time in a process` };
    },
  };
}
