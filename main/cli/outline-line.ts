import type { ImageSource } from '../../shared/api/contract.ts';
import { formatBytes } from '../../shared/model/format-bytes.ts';
import type { ImageOutline } from '../../shared/model/image-document.ts';
import { printable } from './printable.ts';
import { plural } from './report-text.ts';

/** `app:1  linux/amd64  5 layers  982 MB in the archive`; without the size where one layer's is not known. */
export function outlineLine({ names, platform, layers }: ImageOutline, source: ImageSource): string {
  const name = names[0] ?? (source.kind === 'engine' ? source.reference : source.path);
  const sizes = layers.map(({ blobBytes }) => blobBytes);
  const bytes = sizes.reduce(
    (sum, size) => (sum === undefined || size === undefined ? undefined : sum + size),
    0,
  );
  const place = source.kind === 'engine' ? 'in the engine' : 'in the archive';
  return [
    printable(name),
    printable(platform),
    plural(layers.length, 'layer'),
    ...(bytes === undefined ? [] : [`${formatBytes(bytes)} ${place}`]),
  ].join('  ');
}
