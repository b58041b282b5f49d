import type { Entry, Layer } from './layer.ts';

const filesPerDirectory = 100;

/** Layers of many small files, each of another content and under a path of its own. */
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
  yield { path: root, size: 0 };
  for (let file = 0; file < files; file++) {
    const directory = `${root}part-${Math.floor(file / filesPerDirectory)}/`;
    if (file % filesPerDirectory === 0) yield { path: directory, size: 0 };
    // A step of 13 bytes: 400 bytes from each place of the pool, and no two files alike.
    yield { path: `${directory}file-${file}.txt`, size: bytes, from: (layer * files + file) * 13 };
  }
}
