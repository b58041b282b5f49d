import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const oci = 'application/vnd.oci.image';

/**
 * An OCI layout with one image for several platforms, as buildx makes it with its default attestations (one for each
 * platform, for platform `unknown/unknown`): put together from `docker save` of one image for each platform.
 *
 * @param saved of an engine with the containerd image store
 * @param platforms of its images, in the order they were saved in
 */
export async function multiPlatformLayout(
  saved: Readable,
  platforms: readonly string[],
  name: string,
): Promise<Buffer> {
  const blobs = await filesOf(saved);
  const { manifests } = JSON.parse(String(blobs.get('index.json'))) as { manifests: Descriptor[] };
  const tar = pack();
  const add = (mediaType: string, content: string): Descriptor => {
    const sha256 = createHash('sha256').update(content).digest('hex');
    tar.entry({ name: `blobs/sha256/${sha256}` }, content);
    return { mediaType, digest: `sha256:${sha256}`, size: Buffer.byteLength(content) };
  };
  const addJson = (mediaType: string, content: object) => add(mediaType, JSON.stringify(content));

  for (const [path, content] of blobs) if (path.startsWith('blobs/')) tar.entry({ name: path }, content);
  const images = manifests.map(({ mediaType, digest, size }, number) => {
    const [os, architecture] = platforms[number]!.split('/');
    return { mediaType, digest, size, platform: { os, architecture } };
  });
  const attestations = images.map(({ digest }) => {
    const statement = add('application/vnd.in-toto+json', JSON.stringify({ subject: [digest] }));
    const config = addJson(`${oci}.config.v1+json`, {
      architecture: 'unknown',
      os: 'unknown',
      rootfs: { type: 'layers', diff_ids: [statement.digest] },
    });
    const mediaType = `${oci}.manifest.v1+json`;
    return {
      ...addJson(mediaType, { schemaVersion: 2, mediaType, config, layers: [statement] }),
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': digest,
      },
    };
  });
  const mediaType = `${oci}.index.v1+json`;
  const index = addJson(mediaType, { schemaVersion: 2, mediaType, manifests: [...images, ...attestations] });
  const annotations = { 'io.containerd.image.name': `docker.io/library/${name}` };
  tar.entry(
    { name: 'index.json' },
    JSON.stringify({ schemaVersion: 2, mediaType, manifests: [{ ...index, annotations }] }),
  );
  tar.entry({ name: 'oci-layout' }, JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  tar.finalize();
  return buffer(tar);
}

async function filesOf(archive: Readable): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const tar = extract();
  archive.on('error', (error) => tar.destroy(error));
  archive.pipe(tar);
  for await (const entry of tar) {
    const content = await buffer(entry);
    if (entry.header.type === 'file') files.set(entry.header.name, content);
  }
  return files;
}
