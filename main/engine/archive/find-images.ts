import { createHash } from 'node:crypto';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { ImageConfigDocument } from '../../../shared/model/image-document.ts';
import { annotatedNames } from './image-names.ts';
import { limits } from './limits.ts';
import {
  blobPath,
  configDocument,
  type Descriptor,
  DockerManifest,
  damaged,
  type ImageConfig,
  ImageConfig as ImageConfigSchema,
  IndexOrManifest,
  OciIndex,
  type OciManifest,
  parseDocument,
  platformName,
} from './oci.ts';
import { limitExceeded } from './tar-error.ts';

/** The small files of an archive or OCI folder. */
export interface Documents {
  /** What messages call the whole. */
  readonly name: string;
  /** Undefined where there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** The error that something is not there which should be. */
  missing(what: string): LayerscopeError;
}

/** An image that the manifests describe; its layers may or may not be there. */
export interface FoundImage {
  readonly id: string;
  readonly manifestDigest?: string;
  readonly names: readonly string[];
  readonly platform: string;
  /** Whether its index has it for other platforms too, be they here or not. */
  readonly severalPlatforms: boolean;
  readonly created?: string;
  readonly config: ImageConfigDocument;
  readonly layers: readonly FoundLayer[];
}

export interface FoundLayer {
  readonly diffId: string;
  readonly createdBy?: string;
  /** Path of the blob. */
  readonly path: string;
}

/**
 * The images of an archive: those of `manifest.json` first, in its order, then what only `index.json` has (an engine
 * with the containerd store lists just one platform in the former). An entry of an index whose blobs are not here is
 * passed over; none at all is an error. Undefined where there is neither document.
 */
export async function findImages(documents: Documents, verify: boolean): Promise<FoundImage[] | undefined> {
  const search = new Search(documents, verify);
  const docker = await documents.read('manifest.json');
  if (docker) await search.dockerManifest(docker);
  const oci = await documents.read('index.json');
  if (oci) await search.ociIndex(oci);
  if (!docker && !oci) return undefined;
  return search.result();
}

/** What the indexes above an image say of it. */
type Known = Pick<FoundImage, 'names' | 'severalPlatforms'>;

class Search {
  readonly #documents: Documents;
  readonly #verify: boolean;
  /** By id: the same image may be named by several manifests. */
  readonly #images = new Map<string, FoundImage>();
  /** Their names, by id. */
  readonly #names = new Map<string, Set<string>>();
  readonly #visited = new Set<string>();
  /** Of all documents read. */
  #bytes = 0;
  #missing: string | undefined;

  constructor(documents: Documents, verify: boolean) {
    this.#documents = documents;
    this.#verify = verify;
  }

  async dockerManifest(bytes: Uint8Array): Promise<void> {
    const entries = parseDocument(DockerManifest, bytes, this.#named('manifest.json'));
    if (entries.length > limits.images) throw this.#tooMany();
    for (const { Config, RepoTags, Layers } of entries) {
      const config = await this.#read(Config);
      if (!config) throw this.#documents.missing(`the config ${quote(Config)}`);
      // Every engine names the file by its digest.
      const named = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(Config)?.[1];
      if (named) this.#checkDigest(config, `sha256:${named}`);
      this.#add(config, { names: RepoTags ?? [], severalPlatforms: false, paths: Layers ?? [] });
    }
  }

  async ociIndex(bytes: Uint8Array): Promise<void> {
    const { manifests } = parseDocument(OciIndex, bytes, this.#named('index.json'));
    await this.#descriptors(manifests ?? [], { names: [], severalPlatforms: false }, 0);
  }

  result(): FoundImage[] {
    if (this.#images.size > 0) {
      return [...this.#images.values()].map((image) => ({
        ...image,
        names: [...this.#names.get(image.id)!],
      }));
    }
    throw this.#documents.missing(this.#missing ?? 'any image');
  }

  async #descriptors(all: readonly Descriptor[], above: Known, depth: number): Promise<void> {
    const images = all
      .filter((descriptor) => !isNoImage(descriptor))
      .map((descriptor) => {
        const own = annotatedNames(descriptor.annotations);
        return { descriptor, names: own.length > 0 ? own : above.names };
      });
    const platforms = new Map<string, Set<string>>();
    for (const { descriptor, names } of images) {
      const known = platforms.get(names.join(' ')) ?? new Set();
      platforms.set(names.join(' '), known);
      if (descriptor.platform) known.add(platformName(descriptor.platform));
    }
    for (const { descriptor, names } of images) {
      const severalPlatforms = above.severalPlatforms || platforms.get(names.join(' '))!.size > 1;
      await this.#descriptor(descriptor, { names, severalPlatforms }, depth);
    }
  }

  async #descriptor({ digest }: Descriptor, known: Known, depth: number): Promise<void> {
    const key = `${digest} ${known.names.join(' ')}`;
    if (this.#visited.has(key)) return;
    if (depth > limits.nestedIndexes) {
      throw limitExceeded(this.#documents, `has indexes ${depth} levels deep`, 'nestedIndexes');
    }
    if (this.#visited.size >= limits.images) {
      throw this.#tooMany();
    }
    this.#visited.add(key);
    const bytes = await this.#read(blobPath(digest));
    if (!bytes) {
      this.#missing ??= `the manifest ${digest}`;
      return;
    }
    this.#checkDigest(bytes, digest);
    const document = parseDocument(IndexOrManifest, bytes, this.#named(`Manifest ${digest}`));
    if ('manifests' in document) await this.#descriptors(document.manifests, known, depth + 1);
    else await this.#manifest(document, digest, known);
  }

  async #manifest(
    { artifactType, config, layers }: ReturnType<typeof OciManifest.parse>,
    manifestDigest: string,
    known: Known,
  ): Promise<void> {
    if (artifactType) return;
    const bytes = await this.#read(blobPath(config.digest));
    if (!bytes) {
      this.#missing ??= `the config ${config.digest}`;
      return;
    }
    this.#checkDigest(bytes, config.digest);
    const paths = (layers ?? []).map(({ digest }) => blobPath(digest));
    // What was pushed like an image before artifacts had a type: a chart, a signature.
    const { rootfs } = parseDocument(ImageConfigSchema, bytes, this.#named(`Config ${config.digest}`));
    if (rootfs || paths.length === 0) this.#add(bytes, { ...known, paths, manifestDigest });
  }

  #add(
    bytes: Uint8Array,
    found: Known & { readonly paths: readonly string[]; readonly manifestDigest?: string },
  ): void {
    const id = digestOf(bytes);
    const names = this.#names.get(id) ?? new Set();
    this.#names.set(id, names);
    for (const name of found.names) names.add(name);
    const before = this.#images.get(id);
    if (before) {
      const manifestDigest = before.manifestDigest ?? found.manifestDigest;
      const severalPlatforms = before.severalPlatforms || found.severalPlatforms;
      this.#images.set(id, { ...before, manifestDigest, severalPlatforms });
      return;
    }
    const config = parseDocument(ImageConfigSchema, bytes, this.#named(`Config ${id}`));
    const diffIds = config.rootfs?.diff_ids ?? [];
    if (diffIds.length !== found.paths.length) {
      throw damaged(
        `${this.#named(`Config ${id}`)} lists ${diffIds.length} layers, but its manifest ${found.paths.length}`,
      );
    }
    if (diffIds.length > limits.layers) {
      throw limitExceeded(this.#documents, `has an image of ${diffIds.length} layers`, 'layers');
    }
    const createdBy = layerHistory(config);
    this.#images.set(id, {
      id,
      manifestDigest: found.manifestDigest,
      names: [],
      platform: platformName(config),
      severalPlatforms: found.severalPlatforms,
      created: config.created ?? undefined,
      config: configDocument(config),
      layers: diffIds.map((diffId, index) => ({
        diffId,
        createdBy: createdBy[index],
        path: found.paths[index]!,
      })),
    });
  }

  /** Each time counts: a small archive can name one large document thousands of times. */
  async #read(path: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#documents.read(path);
    this.#bytes += bytes?.length ?? 0;
    if (this.#bytes <= limits.allJson) return bytes;
    throw limitExceeded(this.#documents, `names ${this.#bytes} bytes of documents`, 'allJson');
  }

  #checkDigest(bytes: Uint8Array, expected: string): void {
    if (!this.#verify) return;
    const actual = digestOf(bytes);
    if (actual !== expected)
      throw digestMismatch(this.#named(`Blob ${expected.slice(0, 19)}…`), expected, actual);
  }

  #named(document: string): string {
    return `${document} of ${this.#documents.name}`;
  }

  #tooMany(): LayerscopeError {
    return limitExceeded(this.#documents, `lists more than ${limits.images} images`, 'images');
  }
}

/** BuildKit's provenance and SBOMs look like images of an unknown platform; other artifacts have a type. */
function isNoImage({ annotations, artifactType, platform }: Descriptor): boolean {
  return (
    Boolean(artifactType) ||
    annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' ||
    (platform?.os === 'unknown' && platform.architecture === 'unknown')
  );
}

/** History lines of entries that made a layer, bottom first (OCI image-spec, config.md: `empty_layer`). */
function layerHistory({ history }: ImageConfig): (string | undefined)[] {
  return (history ?? [])
    .filter((entry) => entry.empty_layer !== true)
    .map((entry) => entry.created_by ?? undefined);
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function digestMismatch(what: string, expected: string, actual: string): LayerscopeError {
  return new LayerscopeError({
    code: 'digest-mismatch',
    message: `${what} should have the digest ${expected} but has ${actual}`,
    hint: 'Save the image again: the file was damaged or changed on its way',
  });
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 300));
}
