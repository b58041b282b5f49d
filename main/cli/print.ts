import type { Warning } from '../../shared/model/image-document.ts';
import type { Context } from './context.ts';
import type { SharedOptions } from './options.ts';
import { printable, printableJson } from './printable.ts';
import { type Styles, stylesFor, widthOf } from './terminal.ts';

/** How a report for people is laid out. */
export interface ReportOptions {
  /** Columns to stay within. */
  readonly width: number;
  /** Items of each list. */
  readonly top: number;
  readonly styles: Styles;
}

/** A list is short for people: who wants more asks with `--top`. */
const reportTop = 10;

/** Prints the document: as JSON, or as the lines its report has for people. */
export function print<T>(
  document: T,
  options: SharedOptions,
  { terminal }: Context,
  report: (document: T, options: ReportOptions) => readonly string[],
): void {
  const { stdout, env } = terminal;
  if (options.json) {
    stdout.write(printableJson(document));
    return;
  }
  const lines = report(document, {
    width: widthOf(stdout),
    top: options.top ?? reportTop,
    styles: stylesFor(stdout, env),
  });
  stdout.write(`${lines.join('\n')}\n`);
}

export function printWarnings(
  warnings: readonly Warning[],
  { quiet }: SharedOptions,
  { terminal }: Context,
): void {
  if (quiet) return;
  for (const { code, message } of warnings) {
    terminal.stderr.write(`layerscope: warning: ${printable(`${code}: ${message}`)}\n`);
  }
}
