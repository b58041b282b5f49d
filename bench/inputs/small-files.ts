import type { Entry, Layer } from './layer.ts';

const filesPerDirectory = 100;
/** A layer deletes one file of the layer below for so many of its own. */
const filesPerDeletion = 1000;

/** Layers of many small files, each of another content and under a path of its own, with a few deletions: each of them
 * makes dive stack all lower layers anew, which is what it takes its minutes for. */
export function smallFileLayers(recipe: {
  readonly layers: number;
  readonly files: number;
  readonly bytes: number;
}): Layer[] {
  return Array.from({ length: recipe.layers }, (_, number) => ({
    [Symbol.iterator]: () => entriesOf(number, recipe),
  }));
}

function* entriesOf(
  layer: number,
  { files, bytes }: { readonly files: number; readonly bytes: number },
): Generator<Entry> {
  const root = `srv/layer-${layer}/`;
  yield { path: 'srv/', size: 0 };
  for (let file = 0; layer > 0 && file < files; file += filesPerDeletion) {
    yield {
      path: `srv/layer-${layer - 1}/part-${Math.floor(file / filesPerDirectory)}/.wh.file-${file}.txt`,
      size: 0,
    };
  }
  yield { path: root, size: 0 };
  for (let file = 0; file < files; file++) {
    const directory = `${root}part-${Math.floor(file / filesPerDirectory)}/`;
    if (file % filesPerDirectory === 0) yield { path: directory, size: 0 };
    // A step of 13 bytes: 400 bytes from each place of the pool, and no two files alike.
    yield { path: `${directory}file-${file}.txt`, size: bytes, from: (layer * files + file) * 13 };
  }
}
