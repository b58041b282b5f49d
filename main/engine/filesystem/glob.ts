import { LayerscopeError } from '../../../shared/api/errors.ts';
import { charactersOf, lowerCase, upperCase } from './name-characters.ts';

/** Any parts of a path: at the end of a glob one or more, elsewhere none too. */
export const anyParts = 'any parts';

/** One part of a path in a glob: `**`, or what a name must look like. */
export type GlobPart = typeof anyParts | NamePattern;

/** What a name must look like, a token after the other. */
export type NamePattern = readonly NameToken[];

/** Braces multiply; nobody writes this many by hand. */
const mostAlternatives = 64;
const mostParts = 256;

/**
 * The alternatives of a glob, each as parts from the root on: `?` is one character, `*` any in a name, `**` any
 * parts, `[a-z]` and `[!a-z]` one of a class, `{a,b}` one of several, `\` takes the next literally. One without a slash
 * is about names wherever they are. Throws `invalid-input` for one that is too large.
 */
export function parseGlob(glob: string, ignoreCase: boolean): GlobPart[][] {
  const alternatives = expandBraces(glob).map((alternative) => {
    const texts = alternative.split('/').filter((part) => part !== '');
    const parts = alternative.includes('/') ? texts : ['**', ...texts];
    return parts
      .filter((part, index) => part !== '**' || parts[index + 1] !== '**')
      .map((part): GlobPart => (part === '**' ? anyParts : tokensOf(charactersOf(part), ignoreCase)));
  });
  if (alternatives.reduce((sum, parts) => sum + parts.length, 0) > mostParts) throw tooLarge();
  return alternatives;
}

/** `a{b,c}d` is `abd` and `acd`; braces without a comma, or without an end, are characters. */
function expandBraces(glob: string): string[] {
  const open = findBrace(glob);
  if (!open) return [glob];
  const { start, end, commas } = open;
  const cuts = [start, ...commas, end];
  const heads = cuts.slice(1).map((cut, index) => glob.slice(0, start) + glob.slice(cuts[index]! + 1, cut));
  const tails = expandBraces(glob.slice(end + 1));
  const expanded = heads.flatMap((head) => expandBraces(head));
  if (expanded.length * tails.length > mostAlternatives) throw tooLarge();
  return expanded.flatMap((head) => tails.map((tail) => head + tail));
}

/** The first pair of braces with commas of its own. */
function findBrace(glob: string) {
  const open: { start: number; commas: number[] }[] = [];
  let found: { start: number; end: number; commas: number[] } | undefined;
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at];
    if (character === '\\') at++;
    else if (character === '{') open.push({ start: at, commas: [] });
    else if (character === ',') open.at(-1)?.commas.push(at);
    else if (character === '}') {
      const pair = open.pop();
      if (pair && pair.commas.length > 0 && (!found || pair.start < found.start))
        found = { ...pair, end: at };
      if (found && open.length === 0) return found;
    }
  }
  return found;
}

/** The error of a glob that asks for more than anybody needs. */
export function tooLarge(): LayerscopeError {
  return new LayerscopeError({
    code: 'invalid-input',
    message: 'The pattern has too many alternatives or parts',
    hint: 'Search with a simpler one',
  });
}

/** Any number of any characters, or one of which `fits` is true. */
export type NameToken = typeof anyCharacters | ((character: number) => boolean);
export const anyCharacters = 'any characters';

const [star, question, bracket, closing, backslash, dash] = charactersOf('*?[]\\-');
const negations = charactersOf('!^');

function tokensOf(text: readonly number[], ignoreCase: boolean): NameToken[] {
  const tokens: NameToken[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === star) {
      if (tokens.at(-1) !== anyCharacters) tokens.push(anyCharacters);
    } else if (character === question) {
      tokens.push(() => true);
    } else {
      const end = character === bracket ? classEnd(text, at) : -1;
      if (end >= 0) {
        tokens.push(classOf(text.slice(at + 1, end), ignoreCase));
        at = end;
        continue;
      }
      const code = character === backslash && at + 1 < text.length ? text[++at]! : character;
      tokens.push(ignoreCase ? sameLetter(code) : (other) => other === code);
    }
  }
  return tokens;
}

function sameLetter(code: number): NameToken {
  const wanted = lowerCase(code);
  return (other) => lowerCase(other) === wanted;
}

/** Where the class that begins at `open` ends, or −1; a `]` at its beginning is a member. */
function classEnd(text: readonly number[], open: number): number {
  const first = negations.includes(text[open + 1]!) ? open + 2 : open + 1;
  for (let at = first; at < text.length; at++) {
    if (text[at] === backslash) at++;
    else if (text[at] === closing && at > first) return at;
  }
  return -1;
}

function classOf(text: readonly number[], ignoreCase: boolean): NameToken {
  const not = negations.includes(text[0]!);
  const ranges: [number, number][] = [];
  for (let at = not ? 1 : 0; at < text.length; at++) {
    if (text[at] === backslash && at + 1 < text.length) at++;
    const from = text[at]!;
    if (text[at + 1] !== dash || at + 2 >= text.length) {
      ranges.push([from, from]);
      continue;
    }
    at += 2;
    if (text[at] === backslash && at + 1 < text.length) at++;
    ranges.push([from, text[at]!]);
  }
  const within = (code: number) => ranges.some(([from, to]) => code >= from && code <= to);
  const inside = (code: number) =>
    within(code) || (ignoreCase && (within(lowerCase(code)) || within(upperCase(code))));
  return (code) => inside(code) !== not;
}
