import type { BuildSnapshot, VariantBuild } from '../../shared/model/build.ts';
import { formatBytes, formatDuration } from '../../shared/model/format-bytes.ts';

/** What a build is doing, for the progress line: `Building, 1 of 3 done, 12 s: Dockerfile [builder 3/4] RUN go build`. */
export function buildProgress(snapshot: BuildSnapshot, now: number): string {
  const elapsed = formatDuration(now - snapshot.startedAt);
  if (snapshot.state === 'reading' && snapshot.reading) {
    const { bytes, total } = snapshot.reading;
    return `Reading layers, ${elapsed}: ${formatBytes(bytes)}${total ? ` of ${formatBytes(total)}` : ''}`;
  }
  const { variants } = snapshot;
  const built = variants.filter(({ status }) => status !== 'waiting' && status !== 'building').length;
  const step = runningStep(variants);
  return `Building, ${built} of ${variants.length} done, ${elapsed}${step ? `: ${step}` : ''}`;
}

/** A step of a Dockerfile says more than what BuildKit does beside it; of several, the one that began first. */
function runningStep(variants: readonly VariantBuild[]): string | undefined {
  const running = variants.flatMap(({ name, steps }) =>
    steps.filter(({ status }) => status === 'running').map((step) => ({ name, step })),
  );
  const ofDockerfile = running.filter(({ step }) => step.line !== undefined);
  const [first] = (ofDockerfile.length > 0 ? ofDockerfile : running).toSorted(
    (a, b) => (a.step.startedAt ?? 0) - (b.step.startedAt ?? 0),
  );
  return first && `${first.name} ${first.step.name}`;
}
