import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { buildLayer } from '../../archive/testing/build-layer.ts';
import { endMarker, octal, rawHeader } from '../../archive/testing/tar-blocks.ts';

export interface BigArchive {
  /** Empty files, 1000 to a directory. */
  readonly files: number;
  /** Bytes of zeros in one more file; they are not written but left out of the file on disk. */
  readonly zeros?: number;
  /** Leaves the digest out that takes its time: for an archive that nobody reads to its end. */
  readonly noDigest?: boolean;
  /** Told apart by it: a file of that name. */
  readonly name: string;
}

/** Writes a `docker save` archive of one large layer to the path; much faster than a tar library would. */
export async function writeBigArchive(
  path: string,
  { files, zeros = 0, noDigest = false, name }: BigArchive,
): Promise<void> {
  const layerBytes = [...layer(files, zeros, name)].reduce((sum, part) => sum + part.length, 0);
  const hash = createHash('sha256');
  const out = openSync(path, 'w');
  let position = 0;
  const write = (bytes: Uint8Array) => {
    if (bytes.buffer !== zeroChunk.buffer) writeSync(out, bytes, 0, bytes.length, position);
    position += bytes.length;
  };
  try {
    write(rawHeader({ name: 'layer.tar', size: layerBytes }));
    for (const part of layer(files, zeros, name)) {
      if (!noDigest) hash.update(part);
      write(part);
    }
    const config = JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      rootfs: { type: 'layers', diff_ids: [`sha256:${hash.digest('hex')}`] },
      history: [{ created_by: 'COPY . /' }],
    });
    const manifest = JSON.stringify([
      { Config: 'config.json', RepoTags: [`${name}:1`], Layers: ['layer.tar'] },
    ]);
    write(
      await buildLayer([
        { path: 'config.json', content: config },
        { path: 'manifest.json', content: manifest },
      ]),
    );
  } finally {
    closeSync(out);
  }
}

const block = 512;
const filesAtOnce = 2000;
const zeroChunk = new Uint8Array(1 << 20);

function* layer(files: number, zeros: number, name: string): Generator<Uint8Array> {
  yield rawHeader({ name });
  for (let file = 0; file < files; file += filesAtOnce)
    yield headers(file, Math.min(files, file + filesAtOnce));
  if (zeros > 0) {
    yield rawHeader({ name: 'zeros', size: zeros });
    const padded = Math.ceil(zeros / block) * block;
    for (let left = padded; left > 0; left -= zeroChunk.length)
      yield zeroChunk.subarray(0, Math.min(left, zeroChunk.length));
  }
  yield endMarker;
}

const template = rawHeader({ name: 'directory-0000/file-000' });
const blank = sumOf(template.subarray(0, 148)) + sumOf(template.subarray(156)) + 8 * 0x20 - 7 * 0x30;

/** Headers of empty files: one template, with the digits and the checksum put in. */
function headers(from: number, to: number): Uint8Array {
  const bytes = Buffer.alloc((to - from) * block);
  for (let file = from; file < to; file++) {
    const start = (file - from) * block;
    bytes.set(template, start);
    const directory = decimal(Math.floor(file / 1000), 4);
    const own = decimal(file % 1000, 3);
    bytes.write(directory, start + 'directory-'.length, 'latin1');
    bytes.write(own, start + 'directory-0000/file-'.length, 'latin1');
    const sum = blank + sumOf(Buffer.from(directory + own, 'latin1'));
    bytes.write(`${octal(sum, 6)}\0 `, start + 148, 'latin1');
  }
  return bytes;
}

const decimal = (value: number, digits: number) => String(value).padStart(digits, '0');

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return sum;
}
