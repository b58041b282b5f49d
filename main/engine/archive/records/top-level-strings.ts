const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/**
 * Texts that a JSON object has for these keys, without parsing what need not be: most have them at the beginning, and
 * there are thousands. Undefined where there is none, or no text; of what is no JSON whatever was found by then.
 */
export function topLevelStrings(json: Buffer, keys: readonly string[]): (string | undefined)[] {
  const wanted = keys.map((key) => Buffer.from(`"${key}"`));
  const found = keys.map((): string | undefined => undefined);
  const seen = new Set<number>();
  let depth = 0;
  for (let at = 0; at < json.length && seen.size < keys.length; ) {
    if (json[at] !== quote) {
      depth += depthChange(json[at]!);
      at += 1;
      continue;
    }
    const text = at;
    at = endOfString(json, text);
    if (depth !== 1) continue;
    const behind = skipBlanks(json, at);
    // A value is followed by no colon.
    const key = json[behind] === colon ? wanted.findIndex((name) => isAt(json, text, at, name)) : -1;
    if (key < 0) continue;
    seen.add(key);
    const value = skipBlanks(json, behind + 1);
    at = json[value] === quote ? endOfString(json, value) : value;
    if (at > value) found[key] = decoded(json, value, at);
  }
  return found;
}

function depthChange(byte: number): -1 | 0 | 1 {
  if (byte === 0x7b || byte === 0x5b) return 1;
  return byte === 0x7d || byte === 0x5d ? -1 : 0;
}

function isAt(json: Buffer, start: number, end: number, text: Buffer): boolean {
  return text.length === end - start && json.compare(text, 0, text.length, start, end) === 0;
}

/** Behind its closing quote; the end of all where there is none. */
function endOfString(json: Buffer, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const byte = json[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at++;
  }
  return json.length;
}

function skipBlanks(json: Buffer, start: number): number {
  let at = start;
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at++;
  return at;
}

function decoded(json: Buffer, start: number, end: number): string | undefined {
  try {
    return String(JSON.parse(json.toString('utf8', start, end)));
  } catch {
    return undefined;
  }
}
