import { splitWords } from './shell-words.ts';

export interface Heredoc {
  /** What ends it, and what the file is called that a COPY makes of it. */
  readonly name: string;
  /** Whether tabs may stand before the end, as after `<<-`. */
  readonly tabs: boolean;
}

// Go's \s.
const HEREDOC = /^\d*<<(-?)[\t\n\f\r ]*([^<]*)$/;

/**
 * The heredoc that a word of an instruction opens, `<<EOF` or `<<-"EOF"`; undefined where it opens none. The escape
 * character in it is the backslash whatever the Dockerfile's is (BuildKit, parser.ParseHeredoc). Throws WordError.
 */
export function parseHeredoc(word: string): Heredoc | undefined {
  const match = HEREDOC.exec(word);
  if (!match || match[2] === '') return undefined;
  const names = splitWords(match[2]!, { escape: '\\', keep: { unset: true } });
  return names.length === 1 ? { name: names[0]!, tabs: match[1] === '-' } : undefined;
}
