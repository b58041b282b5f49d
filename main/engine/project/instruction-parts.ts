export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  readonly value?: string;
}

export interface InstructionParts {
  /** Upper case. */
  readonly keyword: string;
  readonly flags: readonly Flag[];
  /** The arguments as written, without the flags. */
  readonly rest: string;
}

const KEYWORD = /^([^\t\v\f\r ]*)[\t\v\f\r ]*/;

/**
 * Splits a statement into its keyword, its `--flags` and the rest. dockerfile-ast leaves quotes in a flag's value, ends
 * a quoted value at its first space, and takes time in the square of the number of flags; BuildKit's rules are few.
 */
export function splitInstruction(statement: string, escapeCharacter: string): InstructionParts {
  const text = statement.trim();
  const head = KEYWORD.exec(text)!;
  const flags: Flag[] = [];
  let at = head[0].length;
  while (text.startsWith('--', at)) {
    const { word, end } = readFlag(text, at, escapeCharacter);
    at = end;
    while (at < text.length && /\s/.test(text[at]!)) at++;
    if (word === '--') break;
    const equals = word.indexOf('=');
    flags.push(
      equals === -1
        ? { name: word.slice(2) }
        : { name: word.slice(2, equals), value: word.slice(equals + 1) },
    );
  }
  return { keyword: head[1]!.toUpperCase(), flags, rest: text.slice(at) };
}

/** One word from `start` on, its quotes and escape characters removed. */
function readFlag(
  text: string,
  start: number,
  escapeCharacter: string,
): { readonly word: string; readonly end: number } {
  let word = '';
  let openQuote = '';
  let at = start;
  for (; at < text.length; at++) {
    const char = text[at]!;
    if (openQuote === '' && /\s/.test(char)) break;
    if (char === openQuote) openQuote = '';
    else if (openQuote === '' && (char === '"' || char === "'")) openQuote = char;
    else if (char === escapeCharacter) word += text[++at] ?? '';
    else word += char;
  }
  return { word, end: at };
}

/** The strings of arguments in JSON form, `["a", "b"]`; undefined when they are in another form. */
export function stringArray(rest: string): readonly string[] | undefined {
  if (!rest.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(rest);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined; // Not JSON, so it is what it looks like: a shell command, a list of words.
  }
}
