import { Readable } from 'node:stream';
import { pack } from 'tar-stream';

/** A build context of these files as a tar. */
export function contextOf(files: Readonly<Record<string, string>>): Readable {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  tar.finalize();
  return Readable.from(tar);
}
