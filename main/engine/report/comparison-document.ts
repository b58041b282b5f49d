import type { ChangeTotals, ComparisonDocument } from '../../../shared/model/comparison-document.ts';
import type { ImageFacts, Warning } from '../../../shared/model/image-document.ts';
import type { ChangePage, ChangeQuery } from '../compare/change-rows.ts';
import { compareConfig } from '../compare/compare-config.ts';
import type { ComparisonFindings } from '../findings/comparison-findings.ts';
import { sumOrNull } from './image-facts.ts';

/** The first rows of the document: the largest changes of content. */
export const documentChanges = (top: number): ChangeQuery => ({
  kinds: ['added', 'removed', 'changed', 'metadata', 'moved'],
  offset: 0,
  limit: top,
  withoutEmpty: true,
});

/** What is said of the files of two images. */
export interface FileComparison extends ComparisonFindings {
  readonly totals: ChangeTotals;
  /** The page of `documentChanges`. */
  readonly changes: ChangePage;
}

/**
 * The document of two images held against each other. `comparison` is undefined where one of them could not be read
 * whole: then nothing is said of files.
 */
export function comparisonDocument(
  left: ImageFacts,
  right: ImageFacts,
  comparison: FileComparison | undefined,
): ComparisonDocument {
  const warnings: Warning[] = [];
  if (!comparison) {
    warnings.push({
      code: 'comparison-incomplete',
      message: 'A layer of these images is not available here, so their files cannot be compared',
    });
  }
  return {
    schema: 'layerscope/comparison@1',
    left: compared(left),
    right: compared(right),
    delta: {
      live: difference(left.sizes.live, right.sizes.live),
      stored: difference(left.sizes.stored, right.sizes.stored),
      ratio: ratio(left.sizes.live, right.sizes.live),
    },
    totals: comparison?.totals ?? null,
    changes: comparison ? changes(comparison.changes) : null,
    difference: comparison?.difference ?? null,
    directories: comparison?.directories ?? null,
    packages: comparison?.packages ?? null,
    layers: compareLayers(left, right),
    config: compareConfig(left.config, right.config),
    warnings,
  };
}

function compared({ name, id, sizes, files }: ImageFacts): ComparisonDocument['left'] {
  return { name, id, sizes, files };
}

function changes({ total, totalBytes, rows }: ChangePage): ComparisonDocument['changes'] {
  return { total, totalBytes, items: rows as NonNullable<ComparisonDocument['changes']>['items'] };
}

export function difference(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : right - left;
}

/** right / left; null where either is unknown or left is 0. */
export function ratio(left: number | null, right: number | null): number | null {
  return left === null || right === null || left === 0 ? null : right / left;
}

/** Layers by diff_id; one that an image has several times counts once. */
function compareLayers(left: ImageFacts, right: ImageFacts): ComparisonDocument['layers'] {
  const ofLeft = new Map(left.layers.map((layer) => [layer.diffId, layer]));
  const ofRight = new Map(right.layers.map((layer) => [layer.diffId, layer]));
  const sum = (layers: readonly ImageFacts['layers'][number][]) => ({
    layers: layers.length,
    bytes: sumOrNull(layers.map(({ stored }) => stored)),
  });
  return {
    shared: sum([...ofLeft.values()].filter(({ diffId }) => ofRight.has(diffId))),
    left: sum([...ofLeft.values()].filter(({ diffId }) => !ofRight.has(diffId))),
    right: sum([...ofRight.values()].filter(({ diffId }) => !ofLeft.has(diffId))),
  };
}
