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
  context: Context,
  report: (document: T, options: ReportOptions) => readonly string[],
): void {
  const { stdout } = context.terminal;
  if (options.json) {
    stdout.write(printableJson(document));
    return;
  }
  stdout.write(`${report(document, reportOptions(options, context)).join('\n')}\n`);
}

/** How reports for people are laid out on this terminal. */
export function reportOptions({ top = reportTop }: SharedOptions, { terminal }: Context): ReportOptions {
  const { stdout, env } = terminal;
  return { width: widthOf(stdout), top, styles: stylesFor(stdout, env) };
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
