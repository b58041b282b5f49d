import { requirePiped } from './analyze.ts';
import { comparisonReport } from './comparison-report.ts';
import type { Context } from './context.ts';
import { imageSourceOf } from './image-source.ts';
import { openImage } from './open-image.ts';
import { type AnalyzeOptions, defaultTop } from './options.ts';
import { print, printWarnings } from './print.ts';
import { progressLine } from './progress-line.ts';
import { withEngine } from './with-engine.ts';

/** `layerscope compare LEFT RIGHT`. Returns the exit status. */
export async function compare(
  left: string,
  right: string,
  options: AnalyzeOptions,
  context: Context,
): Promise<number> {
  const sources = [imageSourceOf(left, options), imageSourceOf(right, options)] as const;
  requirePiped(context.terminal, left, right);
  const progress = progressLine(context.terminal.stderr, options.quiet);
  try {
    const document = await withEngine(options, context, async (api) => {
      const opened = [];
      for (const source of sources) opened.push((await openImage(api, source, options, progress)).handle);
      const [leftHandle = '', rightHandle = ''] = opened;
      return api.call('compare.open', {
        left: leftHandle,
        right: rightHandle,
        top: options.top ?? defaultTop,
      });
    });
    progress.clear();
    printWarnings(document.warnings, options, context);
    print(document, options, context, comparisonReport);
    return 0;
  } finally {
    progress.clear();
  }
}
