import { z } from 'zod';
import { LayerscopeError } from '../../../shared/api/errors.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const units = { KiB, MiB, GiB, TiB: 1024 * GiB } as const;

/**
 * What an archive may ask of us at most. Archives are hostile: without limits a file of a few kilobytes could take
 * all memory or run for hours. All are far above what real images hold; beyond one is the error `limit-exceeded`,
 * which names it. docs/limits.md says what each is for, and how to raise it.
 */
export const defaultLimits = {
  /** Bytes of one PAX header. */
  paxHeader: MiB,
  /** Bytes of a path or a link's target. Linux itself takes 4,096. */
  name: 64 * KiB,
  /** Names in one path. */
  depth: 1024,
  /** Entries of one layer, and paths that they name or imply. */
  entries: 4_000_000,
  nodes: 4_000_000,
  /** Bytes of all different names of one layer, and of its link targets and extended attributes. */
  layerNames: 128 * MiB,
  layerStrings: 128 * MiB,
  /** Bytes of content of one layer, with the holes of sparse files: a log of logins alone may claim a TiB. */
  layerContent: 4 * 1024 * GiB,
  /** Pieces of one sparse file. */
  sparsePieces: 1_000_000,
  /** Bytes of one record of a package manager, of all of a layer, and of what is kept of these. */
  record: 128 * MiB,
  layerRecordContent: 2 * GiB,
  layerRecords: 32 * MiB,
  /** Zeros between the pieces of a layer's sparse files that are hashed like stored ones. */
  hashedHoles: 16 * GiB,
  /** Bytes after decompression of one layer, and of a whole archive. */
  expandedLayer: 256 * GiB,
  expandedArchive: 1024 * GiB,
  /** log₂ of the window a zstd stream may ask for: 128 MiB, what `zstd -d` takes without being told otherwise. */
  zstdWindowLog: 27,
  /** Bytes of one JSON document of an archive, and of all of them. */
  json: 16 * MiB,
  allJson: 64 * MiB,
  /** Commas and brackets of one JSON document: what tells how many values it has. */
  jsonValues: 250_000,
  /** Members of an archive. */
  members: 100_000,
  /** Layers of one image. */
  layers: 1024,
  /** Entries, paths, and bytes of names and strings of all layers of an archive, or of an image that repeats some. */
  allEntries: 5_000_000,
  allNodes: 5_000_000,
  allText: 192 * MiB,
  /** Manifests and indexes below one another, and images of one archive. */
  nestedIndexes: 8,
  images: 10_000,
};

export type LimitName = keyof typeof defaultLimits;
export type Limits = Readonly<Record<LimitName, number>>;

/** The variable of the environment that changes limits: `entries=20000000,expandedLayer=2TiB`. */
export const limitsVariable = 'LAYERSCOPE_LIMITS';

/** What our columns and Node's own buffers can hold, whatever memory there is. */
const highest: Partial<Record<LimitName, number>> = {
  depth: 2 ** 20,
  name: 2 ** 28,
  paxHeader: 2 ** 30,
  entries: 2 ** 28,
  nodes: 2 ** 28,
  layerNames: 2 ** 32 - 1,
  layerStrings: 2 ** 32 - 1,
  sparsePieces: 2 ** 26,
  record: 2 ** 30,
  layerRecords: 2 ** 31,
  zstdWindowLog: 31,
  json: 2 ** 28,
  members: 2 ** 23,
  layers: 2 ** 20,
  allEntries: 2 ** 28,
  allNodes: 2 ** 28,
  allText: 2 ** 32 - 1,
};

const names = Object.keys(defaultLimits) as [LimitName, ...LimitName[]];
const Amount = z
  .string()
  .regex(/^\d{1,16}([KMGT]iB)?$/, 'is no whole number')
  .transform((text) => {
    const unit = units[text.slice(-3) as keyof typeof units];
    return Number.parseInt(text, 10) * (unit ?? 1);
  });
const Changes = z.array(
  z.tuple([z.enum(names), Amount]).refine(([name, amount]) => amount <= highestOf(name), {
    path: [1],
    error: ({ input }) => `is more than ${highestOf((input as [LimitName])[0])}`,
  }),
);

const current = { ...defaultLimits };
let problem: LayerscopeError | undefined;
try {
  // Every thread reads the variable for itself, once.
  Object.assign(current, parseLimits(process.env[limitsVariable] ?? ''));
} catch (error) {
  problem = error as LayerscopeError;
}

/** The limits that hold in this process: plain fields, cheap enough for every entry. */
export const limits: Limits = current;

/** Throws `invalid-input` where LAYERSCOPE_LIMITS is wrong: called wherever an archive begins to be read. */
export function assertLimits(): void {
  if (problem) throw problem;
}

/**
 * The limits that a text such as `entries=20000000,expandedLayer=2TiB` changes. Throws `invalid-input` for a name that
 * is no limit, and for what is no number.
 */
export function parseLimits(text: string): Partial<Limits> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  const changes = pairs.map((pair) =>
    /^([^=]*)=?(.*)$/s
      .exec(pair)!
      .slice(1)
      .map((side) => side.trim()),
  );
  const parsed = Changes.safeParse(changes);
  if (parsed.success) return Object.fromEntries(parsed.data);
  const [issue] = parsed.error.issues;
  const [index, side] = issue!.path as number[];
  const pair = JSON.stringify(pairs[index!]!.trim().slice(0, 100));
  const unknown = side === 0;
  throw new LayerscopeError({
    code: 'invalid-input',
    message: `${limitsVariable} has ${pair}, ${unknown ? 'which is no limit' : `whose value ${issue!.message}`}`,
    hint: unknown
      ? `Limits are ${names.join(', ')}`
      : `Write NAME=NUMBER, such as entries=${defaultLimits.entries * 2} or expandedLayer=2TiB`,
  });
}

/** How to raise a limit, for the hint of `limit-exceeded`. */
export function howToRaise(name: LimitName): string {
  return `If the image is real, raise the limit ${name}: ${limitsVariable}=${name}=${limits[name] * 2}`;
}

/** Changes limits until it is disposed of: for tests. */
export function changeLimits(text: string): Disposable {
  const before = { ...current };
  Object.assign(current, parseLimits(text));
  return { [Symbol.dispose]: () => void Object.assign(current, before) };
}

function highestOf(name: LimitName): number {
  return highest[name] ?? Number.MAX_SAFE_INTEGER;
}
