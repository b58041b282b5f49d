import { isSpace } from './shell-words.ts';

/** A name and what it is given, both as written; without a value where there is no `=`. */
export interface NameValue {
  readonly name: string;
  readonly value?: string;
}

/**
 * The pairs of an ENV or LABEL: `KEY=value` any number of times, or one `KEY value` whose value is all the rest
 * (BuildKit, parser.parseNameVal). Where a pair has no `=` in the first form, BuildKit refuses the line.
 */
export function pairsOf(rest: string, escapeCharacter: string): readonly NameValue[] {
  const words = wordsOf(rest, escapeCharacter);
  if (words[0] === undefined) return [];
  if (words[0].includes('=')) return words.map(nameValue);
  const [name, value] = /^([^\t\v\f\r ]*)(?:[\t\v\f\r ]+([\s\S]*))?$/.exec(rest)!.slice(1);
  return [{ name: name!, ...(value !== undefined && { value }) }];
}

/** What an ARG declares: `NAME` or `NAME=value`, any number of times. */
export function declarationsOf(rest: string, escapeCharacter: string): readonly NameValue[] {
  return wordsOf(rest, escapeCharacter).map(nameValue);
}

function nameValue(word: string): NameValue {
  const equals = word.indexOf('=');
  return equals === -1 ? { name: word } : { name: word.slice(0, equals), value: word.slice(equals + 1) };
}

/**
 * Words as BuildKit's parser.parseWords has them: split at spaces outside quotes, everything else as written. Variables
 * are text here, so that `${X:-"a b"}` is one word, and a quote that is never closed ends with the text.
 */
function wordsOf(text: string, escapeCharacter: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let openQuote = '';
  const characters = [...text];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    if (openQuote === '' && isSpace(character)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    if (character === escapeCharacter && openQuote !== "'") {
      const next = characters[++at];
      if (next !== undefined) word += character + next;
      continue;
    }
    if (character === openQuote) openQuote = '';
    else if (openQuote === '' && (character === '"' || character === "'")) openQuote = character;
    word += character;
  }
  if (word !== '') words.push(word);
  return words;
}
