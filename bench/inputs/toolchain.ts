import type { Entry, Layer } from './layer.ts';
import { random } from './random.ts';

/** A layer's entries and bytes of content; the order is the image's. */
export interface LayerSize {
  readonly root: string;
  readonly entries: number;
  readonly bytes: number;
}

/** As in an image with a Go toolchain: a distribution, its packages twice, the toolchain, a build with its cache. */
export const toolchainSizes: readonly LayerSize[] = [
  { root: 'usr', entries: 6_900, bytes: 113_000_000 },
  { root: 'usr/lib', entries: 1_500, bytes: 47_000_000 },
  { root: 'usr/libexec', entries: 2_600, bytes: 172_000_000 },
  { root: 'usr/local/go', entries: 13_800, bytes: 398_000_000 },
  { root: 'root/.cache/go-build', entries: 1_100, bytes: 232_900_000 },
];

const poolRange = 2 ** 24;
/** Share of entries that delete a file of a lower layer: a handful, as toolchains are seldom deleted. */
const deletions = 0.0003;

/**
 * Layers with directories that hold some ten files each, sizes spread over several orders of magnitude, links, files
 * of lower layers written again, and some deleted.
 */
export function toolchainLayers(sizes: readonly LayerSize[] = toolchainSizes): Layer[] {
  const lower: string[] = [];
  return sizes.map((size, number) => {
    const layer = [...entriesOf(size, random(100 + number), [...lower])];
    for (const { path, link } of layer) if (!path.endsWith('/') && link === undefined) lower.push(path);
    return layer;
  });
}

function entriesOf(
  { root, entries, bytes }: LayerSize,
  next: () => number,
  lower: readonly string[],
): Entry[] {
  const made: Entry[] = [];
  const directories = [`${root}/`];
  const taken = new Set<string>();
  made.push({ path: directories[0]!, size: 0 });
  while (made.length < entries) {
    const kind = next();
    const again = lower[Math.floor(next() * lower.length)];
    const parent = directories[Math.floor(next() * directories.length)]!;
    const name = `${parent}item-${made.length.toString(36)}`;
    if (kind < 0.09 && parent.length < 70) {
      directories.push(`${name}/`);
      made.push({ path: `${name}/`, size: 0 });
    } else if (kind < 0.12) {
      made.push({ path: `${name}.link`, size: 0, link: 'item-0' });
    } else if (kind < 0.15 && again !== undefined && !taken.has(again)) {
      taken.add(again);
      made.push(kind < 0.12 + deletions ? { path: whiteoutOf(again), size: 0 } : fileOf(again, next));
    } else {
      made.push(fileOf(`${name}.go`, next));
    }
  }
  return scaledTo(bytes, made);
}

/** A size of no unit yet, spread as file sizes are: log-normal. */
function fileOf(path: string, next: () => number): Entry {
  const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { path, size: Math.exp(1.8 * normal), from: Math.floor(next() * poolRange) };
}

function scaledTo(bytes: number, entries: readonly Entry[]): Entry[] {
  const sum = entries.reduce((total, { size }) => total + size, 0);
  return entries.map((entry) => ({ ...entry, size: Math.round((entry.size / sum) * bytes) }));
}

function whiteoutOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return `${path.slice(0, slash)}/.wh.${path.slice(slash + 1)}`;
}
