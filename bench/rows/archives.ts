import { archives } from '../inputs/archives.ts';
import { type Input, makeInput } from '../inputs/make-input.ts';
import { interleaved } from '../measure/interleaved.ts';
import { measureProcess } from '../measure/measure-process.ts';
import { diveOn, diveVersion, findDive, layerscope } from '../programs.ts';
import type { Baseline, BenchContext, Outcome, Row } from '../row.ts';

/** dive's ten minutes as they were measured once on two cores (reference/speed.md); `--full` measures them anew. */
const known: Baseline = { name: `dive ${diveVersion}, known`, runs: [{ ms: 568_000, peakBytes: 2_650e6 }] };
const notMeasuredAnew = 'dive takes ten minutes: its numbers are known ones; --full measures it beside';

export const archiveRows: readonly Row[] = [
  {
    name: 'archive-no-verify',
    work: 'archive, 982 MB, 25,900 entries, 5 plain layers; not verified',
    target: { ratio: 0.6, peakMB: 110 },
    measure: (context) => besideDive(context, archives.plain, ['--no-verify']),
  },
  {
    name: 'archive',
    work: 'the same, verified',
    target: { ratio: 1.0, peakMB: 110 },
    measure: (context) => besideDive(context, archives.plain),
  },
  {
    name: 'archive-gzip',
    work: 'the same from engine 29: gzip blobs, 403 MB; verified',
    target: { ratio: 0.5, peakMB: 130 },
    measure: (context) => besideDive(context, archives.gzip),
  },
  {
    name: 'archive-200k',
    work: 'archive, 10 layers × 20,000 files of 400 B; verified',
    target: { ratio: 0.02, peakMB: 130 },
    measure: (context) => besideDive(context, archives.files200k),
  },
  {
    name: 'archive-1m',
    work: 'archive, 20 layers × 50,000 files of 400 B; verified',
    target: { ratio: 0.0025, peakMB: 220 },
    measure: async (context) => {
      if (context.full) return besideDive({ ...context, runs: 1 }, archives.files1m);
      return { ...(await alone(context, archives.files1m)), baseline: known, note: notMeasuredAnew };
    },
  },
];

async function besideDive(
  context: BenchContext,
  input: Input,
  options: readonly string[] = [],
): Promise<Outcome> {
  const dive = await findDive(context.log);
  if (dive === undefined) {
    return { ...(await alone(context, input, options)), note: 'dive is not installed, and Go is not here' };
  }
  const archive = await makeInput(input, context.log);
  const { ours, theirs } = await interleaved(context, {
    ours: () => measureProcess(analyze(archive, options), context.signal),
    theirs: () => measureProcess(diveOn(dive, archive), context.signal),
  });
  return { ours, baseline: { name: `dive ${diveVersion}`, runs: theirs } };
}

async function alone(context: BenchContext, input: Input, options: readonly string[] = []): Promise<Outcome> {
  const archive = await makeInput(input, context.log);
  return interleaved(context, {
    ours: () => measureProcess(analyze(archive, options), context.signal),
  });
}

function analyze(archive: string, options: readonly string[]) {
  return layerscope(['analyze', archive, '--json', '--no-cache-store', ...options]);
}
