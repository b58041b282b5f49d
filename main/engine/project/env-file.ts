import { replaceVariables, type VariableLookup } from './compose-variables.ts';

/** A line that Compose refuses too. `line` counts from 1. */
export class EnvFileError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

const BLANK = /(?:\s|#[^\n]*(?:\n|$))*/y;
const NAME = /(?:export[^\S\n]+)?([\p{L}\p{N}_.\-[\]]*)[^\S\n]*([=:\n]|$)[^\S\n]*/uy;
/** What a backslash means in double quotes, besides what it is. */
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  // A dollar that replaces nothing.
  $: '$$',
};

/**
 * The variables of a `.env` file as Compose reads it (compose-go, dotenv): `NAME=value`, `NAME: value`, `export`, comments,
 * quotes over several lines, variables outside single quotes; a name alone has its value from `environment`, which wins
 * over the file in variables too. Throws EnvFileError and VariableError.
 */
export function parseEnvFile(text: string, environment: VariableLookup): ReadonlyMap<string, string> {
  const source = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const result = new Map<string, string>();
  const lookup = (name: string) => environment(name) ?? result.get(name);
  const lineAt = (at: number) => source.slice(0, at).split('\n').length;
  const take = (pattern: RegExp, at: number) => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  for (let at = take(BLANK, 0)![0].length; at < source.length; at += take(BLANK, at)![0].length) {
    const head = take(NAME, at);
    if (!head) throw new EnvFileError('There is something other than NAME=value', lineAt(at));
    const [all, name = '', delimiter] = head;
    const start = at;
    at += all.length;
    if (delimiter !== '=' && delimiter !== ':') {
      const value = environment(name);
      if (value !== undefined) result.set(name, value);
      continue;
    }
    const quote = source[at];
    if (quote !== '"' && quote !== "'") {
      const end = source.indexOf('\n', at) === -1 ? source.length : source.indexOf('\n', at);
      const value = source.slice(at, end).split(' #', 1)[0]!.trimEnd();
      result.set(name, replaceVariables(value, lookup));
      at = end;
      continue;
    }
    const end = closingQuote(source, at);
    if (end === -1) throw new EnvFileError('A quote is not closed', lineAt(start));
    const inside = source.slice(at + 1, end);
    result.set(
      name,
      quote === '"'
        ? replaceVariables(withoutEscapes(inside), lookup)
        : inside.replaceAll(/\\(.)/gs, (escaped, c) => (c === "'" ? c : escaped)),
    );
    at = end + 1;
  }
  return result;
}

function closingQuote(source: string, open: number): number {
  for (let at = open + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === source[open]) return at;
  }
  return -1;
}

function withoutEscapes(text: string): string {
  return text.replaceAll(/\\(?:0([0-3][0-7]{2})|([abfnrtv$"\\]))/g, (_, octal?: string, letter = '') =>
    octal === undefined ? ESCAPES[letter]! : String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
