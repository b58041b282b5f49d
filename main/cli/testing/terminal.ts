import type { Terminal } from '../terminal.ts';

export interface TestTerminal extends Terminal {
  /** What was written so far. */
  readonly out: () => string;
  readonly err: () => string;
}

/** A terminal whose output can be read again. */
export function testTerminal({
  isTTY = false,
  columns = 80,
  env = {},
  stdin = [],
}: {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: readonly Uint8Array[];
} = {}): TestTerminal {
  const written = { out: '', err: '' };
  const sink = (name: 'out' | 'err') => ({
    isTTY,
    columns,
    write: (text: string) => {
      written[name] += text;
    },
  });
  async function* input() {
    yield* stdin;
  }
  return {
    env,
    stdin: Object.assign(input(), { isTTY }),
    stdout: sink('out'),
    stderr: sink('err'),
    out: () => written.out,
    err: () => written.err,
  };
}
