import { basename } from 'node:path';
import type { Api, ImageProgress, ImageSource, OpenedImage } from '../../shared/api/contract.ts';
import { LayerscopeError } from '../../shared/api/errors.ts';
import { formatBytes, formatRemaining } from '../../shared/model/format-bytes.ts';
import type { ImageOutline } from '../../shared/model/image-document.ts';
import { type AnalyzeOptions, defaultTop } from './options.ts';
import type { ProgressLine } from './progress-line.ts';

/**
 * Opens an image, shows how far reading it is, and with `--pull` pulls one that the engine does not have. `onOutline`
 * hears what the image is made of, before its layers are read wherever that is known.
 */
export async function openImage(
  api: Api,
  source: ImageSource,
  options: AnalyzeOptions,
  progress: ProgressLine,
  onOutline: (image: ImageOutline) => void = () => {},
): Promise<OpenedImage> {
  const open = () =>
    api.call(
      'image.open',
      {
        source,
        top: options.top ?? defaultTop,
        ...(options.platform !== undefined && { platform: options.platform }),
      },
      {
        onEvent: (event) => {
          if (event.image) onOutline(event.image);
          else progress.show(`Reading ${nameOf(source)}: ${progressText(event)}`);
        },
      },
    );
  try {
    return await open();
  } catch (error) {
    const missing = error instanceof LayerscopeError && error.code === 'image-not-found';
    if (!missing || !options.pull || source.kind !== 'engine') throw error;
  }
  await api.call(
    'engine.pull',
    {
      reference: source.reference,
      ...(options.platform !== undefined && { platform: options.platform }),
    },
    {
      onEvent: ({ done, layers, bytes }) =>
        progress.show(`Pulling ${source.reference}: ${done} of ${layers} layers, ${formatBytes(bytes)}`),
    },
  );
  return open();
}

/** `120 MB of 982 MB, about 8 s left` */
function progressText({ bytes, total, remainingMs }: ImageProgress): string {
  const all = total ? ` of ${formatBytes(total)}` : '';
  return `${formatBytes(bytes)}${all}${remainingMs === undefined ? '' : `, ${formatRemaining(remainingMs)}`}`;
}

function nameOf(source: ImageSource): string {
  if (source.kind === 'engine') return source.reference;
  return source.path === '-' ? 'standard input' : basename(source.path);
}
