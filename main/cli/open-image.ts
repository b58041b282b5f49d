import type { Api, ImageSource, OpenedImage } from '../../shared/api/contract.ts';
import { LayerscopeError } from '../../shared/api/errors.ts';
import { formatBytes } from '../../shared/model/format-bytes.ts';
import { type AnalyzeOptions, defaultTop } from './options.ts';
import type { ProgressLine } from './progress-line.ts';

/** Opens an image, shows how far reading it is, and with `--pull` pulls one that the engine does not have. */
export async function openImage(
  api: Api,
  source: ImageSource,
  options: AnalyzeOptions,
  progress: ProgressLine,
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
        onEvent: ({ bytes, total }) =>
          progress.show(
            `Reading ${nameOf(source)}: ${formatBytes(bytes)}${total ? ` of ${formatBytes(total)}` : ''}`,
          ),
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

function nameOf(source: ImageSource): string {
  if (source.kind === 'engine') return source.reference;
  return source.path === '-' ? 'standard input' : source.path;
}
