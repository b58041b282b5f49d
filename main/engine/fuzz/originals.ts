import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ImageFacts } from '../../../shared/model/image-document.ts';
import { buildOciArchive } from '../archive/testing/build-archive.ts';
import type { Store } from '../store/open-store.ts';
import type { Originals } from './judge-case.ts';
import { type Look, look, lookWithStore } from './look.ts';
import type { RealLayers } from './real-layers.ts';
import { imagesOf, subjects } from './subjects.ts';

/** What every subject says when nothing is wrong with it. */
export async function readOriginals(layers: RealLayers, folder: string): Promise<Originals> {
  const originals = new Map<string, ImageFacts>();
  await readAll(
    layers,
    folder,
    (facts) => originals.set(facts.id, facts),
    (path, image) => look(path, { image }, true),
  );
  return originals;
}

/** Throws where a cache that saw all the cases makes anything else of sound archives. */
export async function rereadOriginals(
  layers: RealLayers,
  originals: Originals,
  folder: string,
  store: Store,
): Promise<void> {
  const check = (facts: ImageFacts) => {
    if (isDeepStrictEqual(facts, originals.get(facts.id))) return;
    throw new Error(`${facts.name} is another with the cache: ${JSON.stringify(facts)}`);
  };
  await readAll(layers, folder, check, (path, image) => lookWithStore(path, { image }, store));
}

async function readAll(
  layers: RealLayers,
  folder: string,
  take: (facts: ImageFacts) => void,
  read: (path: string, image: string) => Promise<Look>,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'original.tar');
  for (const subject of subjects) {
    const images = imagesOf({ subject, layout: 'OCI', compress: 'none' }, layers);
    writeFileSync(path, await buildOciArchive(images));
    for (const number of subject.keys()) {
      const seen = await read(path, String(number));
      if (seen.error) throw new Error(`A sound archive is refused: ${seen.error.message}`);
      take(seen.facts);
    }
  }
  rmSync(path);
}
