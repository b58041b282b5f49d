/** What a command reads from and writes to; `process` is one. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
  readonly stdout: TextSink;
  readonly stderr: TextSink;
}

export interface TextSink {
  readonly isTTY?: boolean;
  /** Of a terminal. */
  readonly columns?: number;
  write(text: string): unknown;
}

export type Style = (text: string) => string;

export interface Styles {
  readonly bold: Style;
  readonly dim: Style;
  readonly red: Style;
}

const plain: Style = (text) => text;

/** Styles for a terminal that wants them (https://no-color.org), else none. */
export function stylesFor(sink: TextSink, env: Terminal['env']): Styles {
  if (!sink.isTTY || env.NO_COLOR || env.TERM === 'dumb') return { bold: plain, dim: plain, red: plain };
  const style =
    (on: number, off: number): Style =>
    (text) =>
      text ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  return { bold: style(1, 22), dim: style(2, 22), red: style(31, 39) };
}

/** Columns lines are cut to: a terminal's width, at least 40. What is piped is not cut: a script wants it whole. */
export function widthOf(sink: TextSink): number {
  return sink.isTTY ? Math.max(40, sink.columns ?? 80) : Number.POSITIVE_INFINITY;
}
