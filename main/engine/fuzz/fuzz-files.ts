import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ArchiveFile, packFiles } from '../archive/testing/build-archive.ts';
import { paxEntry, rawEntry, rawTar } from '../archive/testing/tar-blocks.ts';
import { writeTar } from './gnu-tar.ts';

/** A member of an archive or file of a folder; of a kind, when it is neither file nor symbolic link. */
export interface FuzzFile extends ArchiveFile {
  readonly kind?: 'directory' | 'fifo' | 'hard link' | 'device';
}

const typeFlags = { directory: '5', fifo: '6', 'hard link': '1', device: '3' };

/** Who writes the tar of an archive. */
export type Packer = 'tar-stream' | 'GNU tar' | 'by hand';

export async function pack(files: readonly FuzzFile[], packer: Packer): Promise<Buffer> {
  if (packer === 'tar-stream') return packFiles(files);
  if (packer === 'by hand') return rawTar(...files.map(member));
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-fuzz-pack-'));
  try {
    writeFolder(folder, files);
    return writeTar(folder, ['--format=gnu']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function member({ path, content = Buffer.alloc(0), link, kind }: FuzzFile): Buffer {
  const type = kind ? typeFlags[kind] : link === undefined ? '0' : '2';
  const header = { name: path.slice(0, 100), type, link: link?.slice(0, 100) };
  const entry = rawEntry(header, content);
  return path.length > 100 ? Buffer.concat([paxEntry([['path', path]]), entry]) : entry;
}

/** Writes them below a folder; what leads out of it is left to tars. */
export function writeFolder(folder: string, files: readonly FuzzFile[]): void {
  for (const { path, content, link, kind } of files) {
    const at = join(folder, path);
    if (!at.startsWith(`${folder}/`)) continue;
    rmSync(at, { recursive: true, force: true });
    try {
      mkdirSync(dirname(at), { recursive: true });
      if (kind === 'directory') mkdirSync(at);
      else if (kind === 'fifo') execFileSync('mkfifo', [at]);
      else if (link !== undefined) symlinkSync(link, at);
      else writeFileSync(at, content ?? '');
    } catch (error) {
      // A name may be too long for a disk, or lie below a file.
      if (
        !/^E(NAMETOOLONG|NOTDIR|EXIST|ISDIR|LOOP|NOENT)$/.test((error as NodeJS.ErrnoException).code ?? '')
      ) {
        throw error;
      }
    }
  }
}
