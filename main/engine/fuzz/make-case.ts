import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageChoice } from '../archive/choose-images.ts';
import { type Compressor, compressed, type TestImage } from '../archive/testing/build-archive.ts';
import { type FuzzFile, type Packer, pack, writeFolder } from './fuzz-files.ts';
import { hasGnuTar } from './gnu-tar.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateJson } from './mutate-json.ts';
import { mutateMembers } from './mutate-members.ts';
import { mutateTar } from './mutate-tar.ts';
import { Random } from './random.ts';
import type { RealLayers } from './real-layers.ts';
import { chooseStored, filesOf, imagesOf, isCovered, type Stored } from './subjects.ts';

export interface FuzzCase {
  readonly number: number;
  /** What was done, for a person. */
  readonly what: string;
  readonly stored: Stored;
  /** The archive; undefined: a folder. */
  readonly bytes: Buffer | undefined;
  readonly path: string;
  readonly choice: ImageChoice;
  /** Everything that was changed lies in bytes that digests cover. */
  readonly covered: boolean;
  /** The images as they went in, where only what their layers hold was changed and all digests are right. */
  readonly images: readonly TestImage[] | undefined;
  /** Whether it is to be read once more with a cache. */
  readonly cached: boolean;
  /** Sizes of chunks, where it is to be read once more in such. */
  readonly chunks: readonly number[];
}

interface Made {
  readonly files: FuzzFile[];
  readonly what: string;
  readonly covered?: boolean;
  readonly images?: readonly TestImage[];
}

type Family = (stored: Stored, layers: RealLayers, random: Random) => Promise<Made>;

/** What is changed before the files become an archive or a folder. */
const families = {
  /** A layer of a hostile writer, with digests that fit. */
  async layer(stored, layers, random) {
    const images = imagesOf(stored, layers);
    const image = random.below(images.length);
    const layer = random.below(images[image]!.layers.length);
    const done: string[] = [];
    let tar = images[image]!.layers[layer] as Buffer;
    for (let count = random.pick([1, 1, 2, 3]); count > 0; count -= 1) {
      const { bytes, what } = mutateTar(tar, random);
      tar = Buffer.from(bytes);
      done.push(what);
    }
    const own = images[image]!.layers.map((other, index) => (index === layer ? tar : other));
    const changed = images.map((other, index) => (index === image ? { ...other, layers: own } : other));
    const name = stored.subject[image]!.layers[layer];
    return {
      files: await filesOf(stored, changed),
      what: `layer ${layer} (${name}) of image ${image}: ${done.join('; ')}`,
      images: changed,
    };
  },
  /** Damage that digests tell. */
  async covered(stored, layers, random) {
    const files = await filesOf(stored, imagesOf(stored, layers));
    const file = random.pick(files.filter((candidate) => isCovered(candidate, stored.layout)));
    const { bytes, what } = random.chance(0.3)
      ? mutateTar(file.content!, random)
      : mutateBytes(file.content!, random);
    return {
      files: files.map((other) => (other === file ? { ...file, content: bytes } : other)),
      what: `${file.path}: ${what}`,
      covered: true,
    };
  },
  async json(stored, layers, random) {
    let files: FuzzFile[] = await filesOf(stored, imagesOf(stored, layers));
    const done: string[] = [];
    for (let count = random.pick([1, 1, 2]); count > 0; count -= 1) {
      const mutated = mutateJson(files, random);
      files = mutated.files;
      done.push(mutated.what);
    }
    return { files, what: done.join('; ') };
  },
  async members(stored, layers, random) {
    return mutateMembers(await filesOf(stored, imagesOf(stored, layers)), random);
  },
  /** Nothing but the archive's own bytes, below. */
  async bytes(stored, layers) {
    return { files: await filesOf(stored, imagesOf(stored, layers)), what: '' };
  },
  async compressed(stored, layers, random) {
    const compress = random.pick(['gzip', 'zstd'] as const);
    const files = await filesOf({ ...stored, compress }, imagesOf(stored, layers));
    const file = random.pick(
      files.filter(({ content }) => content && (content[0] === 0x1f || content[0] === 0x28)),
    );
    const parts = [
      file.content!,
      compressed(random.bytes(100), 'gzip'),
      compressed(Buffer.alloc(1024), compress),
    ];
    const joined = random.chance(0.3) ? Buffer.concat([parts[0]!, random.pick(parts)]) : parts[0]!;
    const { bytes, what } = random.chance(0.8)
      ? mutateBytes(joined, random)
      : { bytes: joined, what: 'joined with more' };
    return {
      files: files.map((other) => (other === file ? { ...file, content: bytes } : other)),
      what: `${file.path} (${compress}): ${what}`,
      covered: true,
    };
  },
} satisfies Record<string, Family>;

const weights = { layer: 34, covered: 12, json: 18, members: 12, bytes: 16, compressed: 8 };

/** Makes case `number` and writes it below a folder: the same each time for the same seed. */
export async function makeCase(
  layers: RealLayers,
  seed: number,
  number: number,
  folder: string,
): Promise<FuzzCase> {
  const random = new Random(seed, number);
  const stored = chooseStored(random);
  const family = random.weighted(weights);
  const made: Made = await families[family](stored, layers, random);
  const choice = chooseImage(stored, random);
  const cached = random.chance(0.2);
  const common = { number, stored, choice, cached, covered: made.covered ?? false, images: made.images };
  const layout = `${stored.subject[0]!.names[0]}, ${stored.layout}, layers ${stored.compress}`;

  if (stored.layout === 'OCI' && family !== 'bytes' && random.chance(0.6)) {
    const path = join(folder, 'layout', 'oci');
    mkdirSync(path, { recursive: true });
    writeFolder(path, made.files);
    return {
      ...common,
      what: `${family}: folder of ${layout}: ${made.what}`,
      path,
      bytes: undefined,
      chunks: [],
    };
  }
  const { bytes, what } = await archiveOf(made, family, random);
  const path = join(folder, 'image.tar');
  writeFileSync(path, bytes);
  const chunks = Array.from({ length: random.pick([0, 0, 20]) }, () =>
    random.pick([1, 100, 511, 512, 513, 4096, 65_536]),
  );
  return { ...common, what: `${family}: ${layout}, ${what}: ${made.what}`, path, bytes, chunks };
}

async function archiveOf(
  made: Made,
  family: string,
  random: Random,
): Promise<{ bytes: Buffer; what: string }> {
  const packers: readonly Packer[] =
    hasGnuTar && family === 'bytes' ? ['tar-stream', 'GNU tar'] : ['tar-stream'];
  const packer = family === 'members' ? 'by hand' : random.pick(packers);
  const tar = await pack(made.files, packer);
  const wrap: Compressor = random.pick(['none', 'none', 'none', 'gzip', 'zstd']);
  const done = [`packed by ${packer}`, `whole ${wrap}`];
  if (family !== 'bytes') return { bytes: compressed(tar, wrap), what: done.join(', ') };
  const inside = random.chance(0.5) || wrap === 'none';
  const { bytes, what } =
    inside && random.chance(0.6)
      ? mutateTar(tar, random)
      : mutateBytes(inside ? tar : compressed(tar, wrap), random);
  done.push(what);
  return { bytes: inside ? compressed(bytes, wrap) : bytes, what: done.join(', ') };
}

/** Mostly one that is there. */
function chooseImage({ subject }: Stored, random: Random): ImageChoice {
  const number = random.below(subject.length);
  if (random.chance(0.4)) return { image: String(number) };
  if (random.chance(0.1))
    return random.pick([{ image: 'none:1' }, { platform: 'linux/arm64' }, { platform: 'x' }]);
  if (subject.length === 1) return random.pick([{}, { image: subject[0]!.names[0]! }]);
  const { names, platform } = subject[number]!;
  return random.chance(0.1) ? {} : { image: names[0]!, ...(platform && { platform }) };
}
