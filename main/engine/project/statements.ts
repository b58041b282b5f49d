import { type Heredoc, parseHeredoc } from './heredoc.ts';
import { splitInstruction, stringArray } from './instruction-parts.ts';
import { quote } from './quote.ts';
import { splitWords, WordError } from './shell-words.ts';

/** An instruction as BuildKit sees it: continuation lines joined, comments and empty lines between them gone. */
export interface Statement {
  readonly text: string;
  /** From 1, both inclusive; the bodies of its heredocs included. */
  readonly line: number;
  readonly endLine: number;
}

export interface StatementProblem {
  readonly message: string;
  readonly line: number;
  readonly endLine: number;
}

export interface Statements {
  readonly syntax?: string;
  readonly escape: string;
  readonly statements: readonly Statement[];
  readonly problems: readonly StatementProblem[];
  /** The source by lines, without line ends: line 1 is the first. */
  readonly lines: readonly string[];
}

const SPACES = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const LEADING_SPACES = new RegExp(`^${SPACES}+`);
const DIRECTIVE = new RegExp(`^#${SPACES}*([a-zA-Z][a-zA-Z0-9]*)${SPACES}*=${SPACES}*(.+?)${SPACES}*$`);
const DIRECTIVES = new Set(['syntax', 'escape', 'check']);

/**
 * Splits a Dockerfile into instructions. dockerfile-ast is not asked for this, because its ranges differ from
 * BuildKit's in ways that would put layers on wrong lines: it takes a heredoc's delimiter only at the start of an
 * argument and never as JSON text or inside quotes, lets one `<<-` change all of an instruction's heredocs, continues
 * a line at a doubled escape character, and reads directives after a comment. The rules here are those of
 * BuildKit's frontend/dockerfile/parser.
 */
export function readStatements(source: string): Statements {
  const lines = source
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.replace(/\r+$/, ''));
  const problems: StatementProblem[] = [];
  const { syntax, escape: escapeCharacter } = readDirectives(lines, problems);
  // An escape character that is itself escaped does not continue the line.
  const escaped = escapeCharacter === '`' ? '`' : '\\\\';
  const continuation = new RegExp(`(^|[^${escaped}])${escaped}[ \\t]*$`);

  const statements: Statement[] = [];
  let at = 0;
  while (at < lines.length) {
    const start = at;
    const first = lines[at++]!.replace(LEADING_SPACES, '');
    if (first === '' || first.startsWith('#')) continue;
    const parts: string[] = [];
    let part: string | undefined = first;
    while (part !== undefined) {
      const continues = continuation.test(part);
      parts.push(continues ? part.replace(continuation, '$1') : part);
      part = undefined;
      while (continues && at < lines.length && part === undefined) {
        const next = lines[at++]!;
        const content = next.replace(LEADING_SPACES, '');
        if (content !== '' && !content.startsWith('#')) part = next;
      }
    }
    const text = parts.join('');
    for (const { name, tabs } of heredocsOf(text, escapeCharacter)) {
      let ended = false;
      while (!ended && at < lines.length) {
        const line = lines[at++]!;
        ended = (tabs ? line.replace(/^\t+/, '') : line) === name;
      }
      if (!ended) {
        const message = `The heredoc ${quote(name)} is never ended`;
        problems.push({ message, line: start + 1, endLine: lastLine(lines) });
      }
    }
    statements.push({ text, line: start + 1, endLine: Math.min(at, lastLine(lines)) });
  }
  return { ...(syntax !== undefined && { syntax }), escape: escapeCharacter, statements, problems, lines };
}

/** A final line end starts no line of its own. */
function lastLine(lines: readonly string[]): number {
  return lines.length > 1 && lines.at(-1) === '' ? lines.length - 1 : lines.length;
}

/**
 * Directives stand at the very top: the first other line, even an empty one, ends them. The frontend is looked for by
 * code of its own, which also looks below a `#!` line, and takes no space before the `#`.
 */
function readDirectives(
  lines: readonly string[],
  problems: StatementProblem[],
): { readonly syntax?: string; readonly escape: string } {
  const values = new Map<string, string>();
  const shebang = lines[0]?.startsWith('#!') ?? false;
  let syntax: string | undefined;
  let atMargin = true;
  for (let at = shebang ? 1 : 0; at < lines.length; at++) {
    const line = lines[at]!;
    const match = DIRECTIVE.exec(line.replace(LEADING_SPACES, ''));
    const name = match?.[1]?.toLowerCase() ?? '';
    const value = match?.[2] ?? '';
    if (!DIRECTIVES.has(name)) break;
    const report = (message: string) => problems.push({ message, line: at + 1, endLine: at + 1 });
    if (values.has(name)) {
      report(`The directive ${name} is given twice`);
      break;
    }
    if (name === 'escape' && !shebang && value !== '\\' && value !== '`') {
      report(`${quote(value)} cannot be the escape character, only \\ and \` can`);
      break;
    }
    values.set(name, value);
    atMargin &&= line.startsWith('#');
    if (name === 'syntax' && atMargin) syntax = value.split(' ')[0];
  }
  return { ...(syntax !== undefined && { syntax }), escape: (!shebang && values.get('escape')) || '\\' };
}

const TAKES_HEREDOCS = new Set(['ADD', 'COPY', 'RUN']);

/** The heredocs an instruction opens, in order. */
function heredocsOf(text: string, escapeCharacter: string): readonly Heredoc[] {
  if (!text.includes('<<')) return [];
  let parts = splitInstruction(text, escapeCharacter);
  if (parts.keyword === 'ONBUILD') parts = splitInstruction(parts.rest, escapeCharacter);
  if (!TAKES_HEREDOCS.has(parts.keyword) || stringArray(parts.rest)) return [];
  // The escape character here is always the backslash: the text is the shell's.
  try {
    const words = splitWords(text, { escape: '\\', keep: { quotes: true, escapes: true, unset: true } });
    return words.flatMap((word) => parseHeredoc(word) ?? []);
  } catch (error) {
    if (error instanceof WordError) return []; // As in BuildKit: text it cannot split opens no heredoc.
    throw error;
  }
}
