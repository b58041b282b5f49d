/** Where the value of a variable comes from; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

export interface WordOptions {
  /** The Dockerfile's escape character. */
  readonly escape: string;
  readonly lookup?: Lookup;
  /** Quotes stay in the result, and with `escapes` the escape characters too; `unset` leaves unknown variables as written. */
  readonly keep?: { readonly quotes?: boolean; readonly escapes?: boolean; readonly unset?: boolean };
}

/** Text that BuildKit would refuse to expand: an open quote or brace, `${X?message}`, an unknown modifier. */
export class WordError extends Error {}

const NAME = /\p{Nd}+|[@*#?\-$!]|[\p{L}_][\p{L}\p{Nd}_]*/uy;
/** Go's unicode.IsSpace, which is not quite JavaScript's `\s`. */
const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

export function isSpace(character: string): boolean {
  return SPACE.test(character);
}

/** Nothing real nests deeper; the bound keeps hostile text from exhausting the stack. */
const DEEPEST_NESTING = 50;
/** Bounds on `${X#pattern}` and its kind, whose matching takes more than linear time. */
const LONGEST_PATTERN = 64;
const LONGEST_MATCHED = 256;

/** `text` with quotes, escapes and variables replaced as BuildKit does in FROM and ARG; throws WordError. */
export function expandText(text: string, options: WordOptions): string {
  return new Reader(text, options).read('').text;
}

/** `text` split at spaces outside quotes, after the same replacements; throws WordError. */
export function splitWords(text: string, options: WordOptions): readonly string[] {
  return new Reader(text, options).read('').words;
}

class Reader {
  private readonly source: string;
  private readonly options: WordOptions;
  private at = 0;
  private depth = 0;

  constructor(source: string, options: WordOptions) {
    this.source = source;
    this.options = options;
  }

  /** Reads to `end`, or to the end of the text when that is empty. */
  read(end: string, keepEscapes = this.options.keep?.escapes ?? false): { text: string; words: string[] } {
    const { source } = this;
    const words: string[] = [];
    let text = '';
    let word = '';
    const add = (part: string, splits: boolean) => {
      text += part;
      if (!splits) {
        word += part;
        return;
      }
      for (const char of part) {
        if (!isSpace(char)) word += char;
        else if (word !== '') {
          words.push(word);
          word = '';
        }
      }
    };
    while (this.at < source.length) {
      const char = source[this.at]!;
      if (char === end) {
        this.at++;
        if (word !== '') words.push(word);
        return { text, words };
      }
      if (char === "'") add(this.singleQuoted(), false);
      else if (char === '"') add(this.doubleQuoted(keepEscapes), false);
      else if (char === '$') add(this.variable(), true);
      else if (source.startsWith('<<', this.at)) add(this.heredocStart(), false);
      else if (char === this.options.escape) {
        this.at++;
        if (keepEscapes) add(char, false);
        if (this.at < source.length) add(source[this.at++]!, false);
      } else {
        this.at++;
        add(char, true);
      }
    }
    if (end !== '') throw new WordError(`a "${end}" is missing`);
    if (word !== '') words.push(word);
    return { text, words };
  }

  /** Spaces between `<<` and the name of a heredoc split nothing. */
  private heredocStart(): string {
    const start = this.at;
    this.at += 2;
    while (/[\t\r ]/.test(this.source[this.at] ?? '')) this.at++;
    return this.source.slice(start, this.at);
  }

  /** Everything up to the next single quote, which nothing escapes. */
  private singleQuoted(): string {
    const end = this.source.indexOf("'", this.at + 1);
    if (end === -1) throw new WordError('a single quote is not closed');
    const inside = this.source.slice(this.at + 1, end);
    this.at = end + 1;
    return this.options.keep?.quotes ? `'${inside}'` : inside;
  }

  /** Variables are replaced; the escape character counts before a quote, a dollar and itself only. */
  private doubleQuoted(keepEscapes: boolean): string {
    const { source } = this;
    const { escape: escapeCharacter, keep } = this.options;
    const quote = keep?.quotes ? '"' : '';
    let result = quote;
    this.at++;
    while (this.at < source.length) {
      const char = source[this.at]!;
      if (char === '"') {
        this.at++;
        return result + quote;
      }
      if (char === '$') {
        result += this.variable();
        continue;
      }
      this.at++;
      if (char !== escapeCharacter) {
        result += char;
        continue;
      }
      if (keepEscapes) result += char;
      const next = source[this.at];
      if (next === undefined) break;
      if (next === '"' || next === '$' || next === escapeCharacter) {
        result += next;
        this.at++;
      } else {
        result += char;
      }
    }
    throw new WordError('a double quote is not closed');
  }

  private name(): string {
    NAME.lastIndex = this.at;
    const name = NAME.exec(this.source)?.[0] ?? '';
    this.at += name.length;
    return name;
  }

  /** `$X`, `${X}`, and `${X` with the modifiers `-`, `+`, `?` (each also after a colon), `#`, `%` and `/`. */
  private variable(): string {
    const { source } = this;
    const { keep } = this.options;
    const lookup = this.options.lookup ?? (() => undefined);
    const start = this.at++;
    if (source[this.at] !== '{') {
      const name = this.name();
      if (name === '') return '$';
      return lookup(name) ?? (keep?.unset ? source.slice(start, this.at) : '');
    }
    this.at++;
    const name = this.name();
    if (name === '') throw new WordError('a "${" is not followed by a name');
    const value = lookup(name);
    let modifier = source[this.at++];
    if (modifier === '}') return value ?? (keep?.unset ? source.slice(start, this.at) : '');
    let emptyIsUnset = false;
    if (modifier === ':') {
      emptyIsUnset = true;
      modifier = source[this.at++];
    }
    if (modifier === undefined || !'-+?#%/'.includes(modifier) || (emptyIsUnset && modifier === '/')) {
      throw new WordError(`"\${${name}" is followed by something other than a modifier or "}"`);
    }
    if (++this.depth > DEEPEST_NESTING) throw new WordError('variables are nested too deeply');
    const isPattern = '#%/'.includes(modifier);
    const all = modifier === '/' && source[this.at] === '/';
    if (all) this.at++;
    const operand = this.read(modifier === '/' ? '/' : '}', isPattern).text;
    const replacement = modifier === '/' ? this.read('}', true).text : '';
    this.depth--;
    if (keep?.unset && value === undefined) return source.slice(start, this.at);
    const isSet = value !== undefined && !(emptyIsUnset && value === '');
    if (modifier === '-') return isSet ? value : operand;
    if (modifier === '+') return isSet ? operand : '';
    if (modifier === '?') {
      if (isSet) return value;
      throw new WordError(
        `${name}: ${operand || `is not allowed to be ${value === '' ? 'empty' : 'unset'}`}`,
      );
    }
    if (modifier === '/') return replaceMatches(value ?? '', operand, replacement, all);
    return trimMatch(value ?? '', operand, modifier);
  }
}

/** `#` and `%` cut the shortest match off the start or the end; doubled, the longest. */
function trimMatch(value: string, operand: string, modifier: string): string {
  const longest = operand.startsWith(modifier);
  const matches = matcherOf(longest ? operand.slice(1) : operand, value);
  const lengths = Array.from({ length: value.length + 1 }, (_, length) => length);
  if (longest) lengths.reverse();
  for (const length of lengths) {
    const cut = modifier === '#' ? value.slice(0, length) : value.slice(value.length - length);
    if (matches(cut)) {
      return modifier === '#' ? value.slice(length) : value.slice(0, value.length - length);
    }
  }
  return value;
}

function replaceMatches(value: string, pattern: string, replacement: string, all: boolean): string {
  const matches = matcherOf(pattern, value);
  let result = '';
  let at = 0;
  while (at < value.length) {
    let end = value.length;
    while (end > at && !matches(value.slice(at, end))) end--;
    if (end === at) {
      result += value[at++];
      continue;
    }
    result += replacement;
    at = end;
    if (!all) break;
  }
  return result + value.slice(at);
}

/** Tells whether a whole string matches a pattern of `*`, `?` and characters (`\` escapes). */
function matcherOf(pattern: string, value: string): (text: string) => boolean {
  if (pattern.length > LONGEST_PATTERN || value.length > LONGEST_MATCHED) {
    throw new WordError('a value is too long for a pattern to be matched against it');
  }
  const tokens: string[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (char === '\\') {
      const escaped = pattern[++at] ?? '';
      if (!'*?\\}/'.includes(escaped) || escaped === '')
        throw new WordError('a pattern escapes what needs no escape');
      tokens.push(escaped);
    } else tokens.push(char === '*' || char === '?' ? `\\${char}` : char);
  }
  return (text) => {
    // Reachable positions of the text after each token: no backtracking, so no pattern is slow.
    let reachable = new Set([0]);
    for (const token of tokens) {
      const next = new Set<number>();
      for (const position of reachable) {
        if (token === '\\*') for (let p = position; p <= text.length; p++) next.add(p);
        else if (position < text.length && (token === '\\?' || text[position] === token))
          next.add(position + 1);
      }
      reachable = next;
    }
    return reachable.has(text.length);
  };
}
