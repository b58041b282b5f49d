import { posix } from 'node:path';

/** One line of a `.dockerignore`. */
export interface IgnorePattern {
  /** A `!` line: what matches is sent after all. */
  readonly exception: boolean;
  /** Leading path segments without wildcards: what matches lies at or below them. */
  readonly literal: readonly string[];
  /** Whether a whole path, relative with `/`, matches. */
  readonly matches: (path: string) => boolean;
}

/** A line that Docker refuses too. `line` counts from 1. */
export class IgnorePatternError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/**
 * Reads a `.dockerignore` by the rules of moby/patternmatcher and its ignorefile reader. @balena/dockerignore, which
 * follows Docker 19.03, is not used: it ignores case, takes `+`, `(`, `|` and `{` in names for regular expressions,
 * lets files called `constructor` or `__proto__` through, does not carry a parent's matches down to its children, and
 * cannot tell whether anything below an ignored folder may be re-included.
 */
export function parseIgnoreFile(text: string): IgnorePattern[] {
  const patterns: IgnorePattern[] = [];
  text
    .replace(/^\ufeff/, '')
    .split('\n')
    .forEach((raw, index) => {
      if (raw.startsWith('#')) return; // Only in the first column: ` #x` is a name.
      let line = raw.trim();
      if (line === '') return;
      const exception = line.startsWith('!');
      if (exception) line = line.slice(1).trim();
      const pattern = cleanPath(line);
      if (exception && (line === '' || pattern === '/')) {
        throw new IgnorePatternError('"!" is followed by nothing', index + 1);
      }
      patterns.push({ exception, literal: literalPrefix(pattern), matches: compile(pattern, index + 1) });
    });
  return patterns;
}

/** Go's filepath.Clean, without a leading slash: patterns are relative to the context in any case. */
function cleanPath(path: string): string {
  const clean = posix.normalize(path).replace(/(?<=.)\/$/, '');
  return clean.length > 1 && clean.startsWith('/') ? clean.slice(1) : clean;
}

function literalPrefix(pattern: string): string[] {
  const segments = pattern.split('/');
  const wild = segments.findIndex((segment) => /[*?[\\]/.test(segment));
  return wild === -1 ? segments : segments.slice(0, wild);
}

function compile(pattern: string, line: number): (path: string) => boolean {
  if (pattern === '**') return () => true;
  if (!/[*?[\\]/.test(pattern)) return (path) => path === pattern;
  // Moby matches `**` at one end by plain text, so that `**.js` is any path that ends in `.js`.
  const suffix = /^\*\*([^*?[\\]*)$/.exec(pattern)?.[1];
  if (suffix !== undefined)
    return (path) => path.endsWith(suffix) || (suffix[0] === '/' && path === suffix.slice(1));
  const prefix = /^([^*?[\\]*)\*\*$/.exec(pattern)?.[1];
  if (prefix !== undefined) return (path) => path.startsWith(prefix);
  const expression = toRegExp(pattern, line);
  return (path) => expression.test(path);
}

function toRegExp(pattern: string, line: number): RegExp {
  const bad = (reason: string) => new IgnorePatternError(`${JSON.stringify(pattern)} ${reason}`, line);
  const characters = [...pattern];
  let source = '';
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    if (character === '*' && characters[at + 1] === '*') {
      at++;
      if (characters[at + 1] === '/') at++;
      source += at + 1 === characters.length ? '[^\\n]*' : '(?:[^\\n]*/)?';
    } else if (character === '*') {
      source += '[^/]*';
    } else if (character === '?') {
      source += '[^/]';
    } else if (character === '[') {
      const end = readClass(characters, at);
      if (end.source === undefined) throw bad('has a "[" that is not a set of characters');
      source += end.source;
      at = end.at;
    } else if (character === '\\') {
      const escaped = characters[++at];
      if (escaped === undefined) throw bad('ends in a backslash');
      source += literal(escaped);
    } else {
      source += literal(character);
    }
  }
  return new RegExp(`^${source}$`, 'u');
}

/** A set such as `[a-z]`, `[^/]`, `[\]]`; without `source` when it is malformed. */
function readClass(
  characters: readonly string[],
  start: number,
): { readonly source?: string; readonly at: number } {
  let at = start + 1;
  const negated = characters[at] === '^';
  if (negated) at++;
  const ranges: string[] = [];
  while (at < characters.length && (characters[at] !== ']' || ranges.length === 0)) {
    const low = readMember();
    let high = low;
    if (characters[at] === '-') {
      at++;
      high = readMember();
    }
    if (low === undefined || high === undefined || low.codePointAt(0)! > high.codePointAt(0)!) return { at };
    ranges.push(low === high ? member(low) : `${member(low)}-${member(high)}`);
  }
  if (characters[at] !== ']') return { at };
  return { source: `[${negated ? '^' : ''}${ranges.join('')}]`, at };

  function readMember(): string | undefined {
    const character = characters[at++];
    if (character === '\\') return characters[at++];
    return character === '-' || character === ']' ? undefined : character;
  }
}

function literal(character: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

function member(character: string): string {
  return character === '-' ? '\\-' : literal(character);
}
