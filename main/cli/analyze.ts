import type { ImageSource } from '../../shared/api/contract.ts';
import { LayerscopeError } from '../../shared/api/errors.ts';
import type { ImageOutline } from '../../shared/model/image-document.ts';
import type { Context } from './context.ts';
import { imageReport } from './image-report.ts';
import { imageSourceOf, stdinPath } from './image-source.ts';
import { openImage } from './open-image.ts';
import type { AnalyzeOptions } from './options.ts';
import { outlineLine } from './outline-line.ts';
import { print, printWarnings } from './print.ts';
import { progressLine } from './progress-line.ts';
import type { Terminal } from './terminal.ts';
import { withEngine } from './with-engine.ts';

/** `layerscope analyze TARGET`. Returns the exit status. */
export async function analyze(target: string, options: AnalyzeOptions, context: Context): Promise<number> {
  const source = imageSourceOf(target, options);
  requirePiped(context.terminal, target);
  const progress = progressLine(context.terminal.stderr, options.quiet);
  try {
    const { document } = await withEngine(options, context, (api) =>
      openImage(api, source, options, progress, (image) => {
        progress.clear();
        printOutline(image, source, options, context);
      }),
    );
    progress.clear();
    printWarnings(document.warnings, options, context);
    print(document, options, context, imageReport);
    return 0;
  } finally {
    progress.clear();
  }
}

/** The first line, and a true one, however long reading takes; where a script reads stdout, for who looks on. */
function printOutline(
  image: ImageOutline,
  source: ImageSource,
  { json, quiet }: AnalyzeOptions,
  { terminal: { stdout, stderr } }: Context,
): void {
  const line = `${outlineLine(image, source)}\n`;
  if (!json) stdout.write(line);
  else if (stderr.isTTY && !quiet) stderr.write(line);
}

/** Refuses `-` where nothing is piped in: it would wait for someone to type an archive. */
export function requirePiped({ stdin }: Terminal, ...targets: readonly string[]): void {
  const uses = targets.filter((target) => target === stdinPath).length;
  if (uses > 1) {
    throw new LayerscopeError({
      code: 'usage',
      message: 'Standard input can only be read once',
      hint: 'Name a file for one of the two',
    });
  }
  if (uses === 1 && stdin.isTTY) {
    throw new LayerscopeError({
      code: 'usage',
      message: '- reads an archive from standard input, and nothing is piped in',
      hint: 'Pipe one in, as in: docker save IMAGE | layerscope analyze -',
    });
  }
}
