import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { Connection } from './connection.ts';
import { labels, tagPrefix } from './image-tag.ts';
import type { ImageRow } from './images.ts';
import { listRows, removeImage, tagsOf } from './images.ts';

/**
 * Removes what Layerscope built, found by its labels: of one folder, or of all and with what an interrupted look at a
 * base left. Tags that a person gave stay, and so do their images. Goes through to the end, then throws
 * `engine-error` for what the engine would not remove (a container uses it).
 * @returns the tags, and the ids of what had none
 */
export async function removeBuilt(
  connection: Connection,
  folder: string | undefined,
  signal?: AbortSignal,
): Promise<string[]> {
  const rows =
    folder === undefined
      ? [
          ...(await listRows(connection, labels.folder, signal)),
          ...(await listRows(connection, labels.base, signal)),
        ]
      : await listRows(connection, `${labels.folder}=${folder}`, signal);
  const removed: string[] = [];
  const refused: string[] = [];
  for (const name of rows.flatMap(namesToRemove)) {
    try {
      await removeImage(connection, name, signal);
      removed.push(name);
    } catch (error) {
      if (!(error instanceof LayerscopeError)) throw error;
      // Another window was faster.
      if (error.code === 'image-not-found') continue;
      if (error.code !== 'engine-error') throw error;
      refused.push(`${name} (${error.message})`);
    }
  }
  if (refused.length === 0) return removed;
  throw new LayerscopeError({
    code: 'engine-error',
    message: `The engine did not remove ${refused.join(', ')}`,
    hint: 'Remove the containers that use these images, then try again',
  });
}

function namesToRemove(row: ImageRow): string[] {
  const tags = tagsOf(row);
  return tags.length === 0 ? [row.Id] : tags.filter((tag) => tag.startsWith(tagPrefix));
}
