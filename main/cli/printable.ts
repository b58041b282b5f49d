/**
 * C0, DEL and C1 controls (escape sequences), line separators, direction overrides and lone surrogates: what could
 * move the cursor, recolour, reorder or break a line.
 */
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' };

/** Text from an image, a Dockerfile or a folder with its control characters made visible: safe on a terminal, one line. */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => short[character] ?? escaped(character));
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** A JSON document on lines of its own; what JSON leaves raw but terminals obey is escaped too. */
export function printableJson(document: unknown): string {
  return `${escapeJson(JSON.stringify(document, undefined, 2))}\n`;
}

/** A JSON document on one line, for streams of them. */
export function printableJsonLine(document: unknown): string {
  return `${escapeJson(JSON.stringify(document))}\n`;
}

function escapeJson(text: string): string {
  return text.replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
