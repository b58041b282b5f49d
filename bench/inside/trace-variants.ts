// Does with three images of so many files, whose layers are indexed and merged, what a build tells of them: prints how long
// that took, how long it took to merge them before, both ms, and how much memory it had beyond theirs, bytes, as JSON.
import { changeColumns, totalChanges } from '../../main/engine/compare/compare-filesystems.ts';
import type { Filesystem } from '../../main/engine/filesystem/filesystem.ts';
import { mergeLayers } from '../../main/engine/filesystem/merge-layers.ts';
import { comparisonFindings } from '../../main/engine/findings/comparison-findings.ts';
import { traceBuild } from '../../main/engine/images/trace-build.ts';
import { parseDockerfile } from '../../main/engine/project/parse-dockerfile.ts';
import { type BenchStage, multiDockerfile, singleDockerfile, variantsOf } from '../inputs/variants.ts';
import { memoryGrowth } from '../measure/memory-growth.ts';
import type { TraceMeasured } from '../rows/origins.ts';

const top = 100;
const builds = variantsOf(Number(process.argv[2]));
const beganMerging = performance.now();
const images = new Map(
  [builds.single, builds.builder, builds.final].map(({ name, layers }) => [name, mergeLayers(layers)]),
);
const mergeMs = performance.now() - beganMerging;

const growth = memoryGrowth();
const began = performance.now();
const traces = [
  traced(singleDockerfile, [builds.single], [{ stage: 0, needs: [0] }]),
  traced(
    multiDockerfile,
    [builds.builder, builds.final],
    [
      { stage: 1, needs: [0, 1] },
      { stage: 0, needs: [0] },
    ],
  ),
];
for (const { name } of [builds.final, builds.builder])
  compare(images.get(builds.single.name)!, images.get(name)!);
const ms = performance.now() - began;
const moreBytes = growth.stop();

for (const { origins, stages } of traces.flatMap((trace) => [...trace.values()])) {
  const sum = origins.reduce((total, { bytes }) => total + bytes, 0);
  if (sum === 0 || sum !== stages.at(-1)!.live) throw new Error('The origins do not sum to the image');
}
console.log(JSON.stringify({ ms, mergeMs, moreBytes } satisfies TraceMeasured));

/** As the reader does for a Dockerfile that was built. */
function traced(
  dockerfile: string,
  stages: readonly BenchStage[],
  targets: { readonly stage: number; readonly needs: number[] }[],
) {
  return traceBuild({
    record: {
      targets,
      stages: stages.map(({ layers: _, owners, ...stage }) => ({
        ...stage,
        image: stage.name,
        owners: [...owners],
      })),
      context: null,
    },
    images,
    context: builds.context,
    findings: { dockerfile: parseDockerfile(dockerfile, { path: 'Dockerfile', context: '.' }), top },
  });
}

/** As the reader does for a variant and the baseline of its group. */
function compare(left: Filesystem, right: Filesystem): void {
  const columns = changeColumns(left, right);
  const totals = totalChanges(columns);
  const { packages, difference } = comparisonFindings({ columns, top });
  if (totals.same.files === 0 || difference === null || packages === null)
    throw new Error('They are not compared');
}
