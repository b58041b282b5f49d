import type { EngineImage } from '../../shared/model/engine-status.ts';

export type ImageColumn = 'repository' | 'tag' | 'id' | 'created' | 'size';

export interface ImageOrder {
  readonly column: ImageColumn;
  readonly descending: boolean;
}

/** As `docker images` does: newest first. */
export const defaultOrder: ImageOrder = { column: 'created', descending: true };

/** `docker images` writes `<none>` for what is not there. */
export const none = '<none>';

/** Twelve digits, as docker shows them. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

/** What opens this row: its name where it has one, else its id. */
export function imageReference(image: EngineImage): string {
  return image.repository && image.tag ? `${image.repository}:${image.tag}` : image.id;
}

/** The rows that hold every word of the filter, in order. */
export function imageRows(images: readonly EngineImage[], filter: string, order: ImageOrder): EngineImage[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = images.filter((image) => {
    const text = `${image.repository ?? none}:${image.tag ?? none} ${shortId(image.id)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const sign = order.descending ? -1 : 1;
  return rows.sort(
    (a, b) => sign * compare(a, b, order.column) || compare(a, b, 'repository') || compare(a, b, 'tag'),
  );
}

function compare(a: EngineImage, b: EngineImage, column: ImageColumn): number {
  if (column === 'created' || column === 'size') return a[column] - b[column];
  const [left, right] = [a[column] ?? none, b[column] ?? none];
  return left < right ? -1 : left > right ? 1 : 0;
}
