import type { BlobOffer } from './buildkit/content-service.ts';
import type { Trace } from './trace.ts';

/**
 * Tells when a build has handed its image over. The engine's answer ends 45 ms after that (of the 130 that a build out
 * of its cache takes): BuildKit first writes its record of the build with the provenance, the log and the metrics, and
 * waits for the disk several times. All that can fail from there on is that record.
 */
export interface HandOver {
  /** A blob has come, or is known. */
  addBlob(offer: BlobOffer): void;
  addTrace(trace: Trace): void;
  /** The manifest, which comes last, is here, and the exporter has ended well after that. */
  isDone(): boolean;
}

/** The name of the exporter's step: `Name` in BuildKit's exporter/oci/export.go. */
const exporter = 'exporting to oci image format';

export function watchHandOver(): HandOver {
  let manifest = false;
  let done = false;
  return {
    addBlob({ kind }) {
      if (kind === 'manifest' || kind === 'index') manifest = true;
    },
    addTrace({ vertices }) {
      // A frontend may give its own steps any name, but they have ended before.
      done ||= manifest && vertices.some(hasExported);
    },
    isDone: () => done,
  };
}

function hasExported({ name, endedAt, error }: Trace['vertices'][number]): boolean {
  return name === exporter && endedAt !== undefined && error === '';
}
