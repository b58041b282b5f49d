import type { BuildSnapshot } from '../../shared/model/build.ts';

/** The answer of the moment: what is going on, or how it ended. */
export function buildHeadline(snapshot: BuildSnapshot): string {
  const { variants } = snapshot;
  const failed = variants.filter(({ status }) => status === 'failed').length;
  const none = failed === variants.length && failed > 1;
  switch (snapshot.state) {
    case 'building':
      return variants.length === 1 ? 'Building one variant' : `Building ${variants.length} variants`;
    case 'reading':
      return 'Reading the layers';
    case 'cancelled':
      return 'Cancelled';
    case 'failed':
      return none ? 'No variant could be built' : 'The build failed';
    case 'done':
      if (none) return 'No variant could be built';
      if (variants.length === 1 && failed === 1) return 'The build failed';
      return failed > 0 ? `${failed} of ${variants.length} variants failed` : 'Built';
  }
}
