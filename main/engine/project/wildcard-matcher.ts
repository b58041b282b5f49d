/** One character of a pattern, or any number of them; a class holds its ranges. */
type Token =
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | { readonly kind: 'literal'; readonly code: number }
  | {
      readonly kind: 'class';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [number, number])[];
    };

/** Whether a source of COPY or ADD is a pattern: one of `*?[` that no backslash takes literally (BuildKit, fsutil). */
export function hasWildcards(path: string): boolean {
  return /^(?:[^\\*?[]|\\[\s\S])*[*?[]/.test(path);
}

/**
 * Whether one name matches a pattern, as Go's filepath.Match: `*` any characters, `?` one, `[a-z]` and `[^a-z]` one of a
 * class, `\` takes the next literally. A malformed pattern matches nothing. In time of name × pattern at most.
 */
export function wildcardMatcher(pattern: string): (name: string) => boolean {
  const tokens = tokensOf(pattern);
  if (!tokens) return () => false;
  return (name) =>
    matches(
      tokens,
      [...name].map((character) => character.codePointAt(0)!),
    );
}

function matches(tokens: readonly Token[], name: readonly number[]): boolean {
  let token = 0;
  let at = 0;
  // Where the last `*` stands, and up to where it took characters: the only one that ever has to take more.
  let star = -1;
  let taken = 0;
  while (at < name.length) {
    const next = tokens[token];
    if (next?.kind === 'any') {
      star = token++;
      taken = at;
    } else if (next && takes(next, name[at]!)) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  return tokens.slice(token).every(({ kind }) => kind === 'any');
}

function takes(token: Token, code: number): boolean {
  if (token.kind === 'literal') return token.code === code;
  if (token.kind !== 'class') return true;
  return token.negated !== token.ranges.some(([low, high]) => low <= code && code <= high);
}

/** Undefined of a malformed pattern. */
function tokensOf(pattern: string): Token[] | undefined {
  const characters = [...pattern];
  const tokens: Token[] = [];
  let at = 0;
  /** One character, where it may be escaped; undefined where there is none. */
  const literal = (special: string): number | undefined => {
    if (characters[at] === '\\') at++;
    else if (special.includes(characters[at] ?? '')) return undefined;
    return characters[at++]?.codePointAt(0);
  };
  while (at < characters.length) {
    if (characters[at] === '*') {
      tokens.push({ kind: 'any' });
      at++;
    } else if (characters[at] === '?') {
      tokens.push({ kind: 'one' });
      at++;
    } else if (characters[at] === '[') {
      at++;
      const negated = characters[at] === '^';
      if (negated) at++;
      const ranges: [number, number][] = [];
      while (ranges.length === 0 || characters[at] !== ']') {
        const low = literal('-]');
        if (low === undefined) return undefined;
        let high: number | undefined = low;
        if (characters[at] === '-') {
          at++;
          high = literal('-]');
        }
        if (high === undefined) return undefined;
        ranges.push([low, high]);
      }
      at++;
      tokens.push({ kind: 'class', negated, ranges });
    } else {
      const code = literal('');
      if (code === undefined) return undefined;
      tokens.push({ kind: 'literal', code });
    }
  }
  return tokens;
}
