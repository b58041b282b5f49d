import type { BuildSnapshot, VariantBuild } from '../../shared/model/build.ts';
import { formatBytes, formatDuration } from '../../shared/model/format-bytes.ts';

/** What a build is doing, for the progress line: `Building Dockerfile (2 of 3): [builder 3/4] RUN go build, 12 s`. */
export function buildProgress(snapshot: BuildSnapshot, now: number): string {
  if (snapshot.state === 'reading' && snapshot.reading) {
    const { bytes, total } = snapshot.reading;
    return `Reading layers: ${formatBytes(bytes)}${total ? ` of ${formatBytes(total)}` : ''}`;
  }
  const ended = snapshot.variants.filter(({ status }) => !isUnderWay(status)).length;
  const current = snapshot.variants.find(({ status }) => status === 'building' || status === 'reading');
  const elapsed = formatDuration(now - snapshot.startedAt);
  if (!current) return `Building: ${ended} of ${snapshot.variants.length} variants, ${elapsed}`;
  const place = `${Math.min(ended + 1, snapshot.variants.length)} of ${snapshot.variants.length}`;
  const step = runningStep(current);
  return `Building ${current.name} (${place}, ${elapsed})${step ? `: ${step}` : ''}`;
}

function isUnderWay(status: VariantBuild['status']): boolean {
  return status === 'waiting' || status === 'building' || status === 'reading';
}

function runningStep({ steps }: VariantBuild): string | undefined {
  const running = steps.filter(({ status }) => status === 'running');
  // A step of the Dockerfile says more than what BuildKit does beside it.
  return (running.findLast(({ line }) => line !== undefined) ?? running.at(-1))?.name;
}
