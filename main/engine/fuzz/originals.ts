import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDockerArchive } from '../archive/testing/build-archive.ts';
import type { Originals } from './judge-case.ts';
import { look } from './look.ts';
import type { RealLayers } from './real-layers.ts';
import { imagesOf, subjects } from './subjects.ts';

/** What every subject says when nothing is wrong with it. */
export async function readOriginals(layers: RealLayers, folder: string): Promise<Originals> {
  const originals = new Map();
  mkdirSync(folder, { recursive: true });
  for (const subject of subjects) {
    const stored = { subject, layout: 'docker', compress: 'none' } as const;
    const path = join(folder, 'original.tar');
    writeFileSync(path, await buildDockerArchive(imagesOf(stored, layers)));
    for (const number of subject.keys()) {
      const seen = await look(path, { image: String(number) }, true);
      if (seen.error) throw new Error(`A sound archive is refused: ${seen.error.message}`);
      originals.set(seen.facts.id, seen.facts);
    }
    rmSync(path);
  }
  return originals;
}
