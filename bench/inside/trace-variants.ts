// Does with three images of so many files, whose layers are indexed and merged, what a build tells of them: prints how long
// that took, how long it took to merge them before, both ms, and how much memory it had beyond theirs, bytes, as JSON.
import { compareFilesystems } from '../../main/engine/compare/compare-filesystems.ts';
import { mergeLayers } from '../../main/engine/filesystem/merge-layers.ts';
import { packagesOf } from '../../main/engine/packages/packages-of.ts';
import type { StageImage } from '../../main/engine/stages/trace-stage.ts';
import { sharedTraces, traceVariant } from '../../main/engine/stages/trace-variant.ts';
import { type BenchStage, variantsOf } from '../inputs/variants.ts';
import { memoryGrowth } from '../measure/memory-growth.ts';
import type { TraceMeasured } from '../rows/origins.ts';

const builds = variantsOf(Number(process.argv[2]));
const beganMerging = performance.now();
const merged = ({ layers, ...stage }: BenchStage): StageImage => ({
  ...stage,
  filesystem: mergeLayers(layers),
});
const [single, builder, final] = [merged(builds.single), merged(builds.builder), merged(builds.final)];
const context = mergeLayers([builds.context]);
const mergeMs = performance.now() - beganMerging;

const growth = memoryGrowth();
const began = performance.now();
// Two Dockerfiles: what variants of one have in common is traced once.
const alone = traceVariant({ target: single.index, stages: [single], context });
const shared = sharedTraces();
const both = traceVariant({ target: final.index, stages: [builder, final], context }, shared);
const first = traceVariant({ target: builder.index, stages: [builder], context }, shared);
const packages = [single, builder, final].map(({ filesystem }) => packagesOf(filesystem));
for (const { filesystem } of [final, builder]) {
  compareFilesystems(single.filesystem, filesystem).rows({ offset: 0, limit: 100 });
}
const ms = performance.now() - began;
const moreBytes = growth.stop();

for (const { origins, stages } of [alone, both, first]) {
  const sum = origins.reduce((total, { bytes }) => total + bytes, 0);
  if (sum !== stages.at(-1)!.live) throw new Error('The origins do not sum to the image');
}
if (packages.some(({ list }) => list.length === 0)) throw new Error('There are no packages');
console.log(JSON.stringify({ ms, mergeMs, moreBytes } satisfies TraceMeasured));
