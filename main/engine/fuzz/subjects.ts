import {
  type Compressor,
  dockerArchiveFiles,
  ociArchiveFiles,
  type TestImage,
} from '../archive/testing/build-archive.ts';
import type { FuzzFile } from './fuzz-files.ts';
import { hasGnuTar } from './gnu-tar.ts';
import type { Random } from './random.ts';
import type { RealLayers } from './real-layers.ts';

/** Images that are saved together: layers are names of real ones. */
type Subject = readonly {
  readonly names: readonly string[];
  readonly platform?: string;
  readonly layers: readonly string[];
}[];

const streamed: readonly Subject[] = [
  [{ names: ['streamed:1'], layers: ['streamed base', 'streamed changes', 'empty', 'streamed changes'] }],
  [
    { names: ['one:1'], layers: ['streamed base'] },
    { names: ['two:1', 'two:2'], layers: ['streamed base', 'streamed changes'] },
  ],
];

const written: readonly Subject[] = [
  [{ names: ['pax:1'], layers: ['base pax', 'changes ustar'] }],
  [{ names: ['gnu:1'], layers: ['base gnu', 'changes pax', 'sparse 1.0'] }],
  [{ names: ['ustar:1'], layers: ['base ustar', 'sparse gnu', 'attributes'] }],
  [
    { names: ['v7:1'], layers: ['base v7', 'changes pax'] },
    { names: ['v7:2'], layers: ['base v7', 'sparse 0.1'] },
  ],
  [
    { names: ['multi:1'], layers: ['base oldgnu'], platform: 'linux/amd64' },
    { names: ['multi:1'], layers: ['sparse 0.0', 'sparse oldgnu'], platform: 'linux/arm64/v8' },
  ],
];

export const subjects: readonly Subject[] = hasGnuTar ? [...written, ...streamed] : streamed;

/** How an engine or tool would have stored a subject. */
export interface Stored {
  readonly subject: Subject;
  readonly layout: 'docker' | 'OCI with manifest.json' | 'OCI';
  /** Of each layer. */
  readonly compress: Compressor;
}

export function chooseStored(random: Random): Stored {
  return {
    subject: random.pick(subjects),
    layout: random.pick(['docker', 'docker', 'OCI with manifest.json', 'OCI']),
    compress: random.pick(['none', 'none', 'gzip', 'zstd']),
  };
}

export function imagesOf({ subject }: Stored, layers: RealLayers): TestImage[] {
  return subject.map((image) => ({ ...image, layers: image.layers.map((name) => layers[name]!) }));
}

export async function filesOf(
  { layout, compress }: Stored,
  images: readonly TestImage[],
): Promise<FuzzFile[]> {
  if (layout === 'docker') return dockerArchiveFiles(images, { compress });
  return ociArchiveFiles(images, { compress, dockerManifest: layout === 'OCI with manifest.json' });
}

/** Whether digests that an archive's manifests name cover a file of it. */
export function isCovered({ path, content }: FuzzFile, layout: Stored['layout']): boolean {
  if (!content || content.length === 0) return false;
  if (layout !== 'docker') return path.startsWith('blobs/');
  return path.endsWith('/layer.tar') || /^[0-9a-f]{64}\.json$/.test(path);
}
