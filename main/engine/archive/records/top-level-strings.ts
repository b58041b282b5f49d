const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const openObject = 0x7b;
const closeObject = 0x7d;
const openList = 0x5b;
const closeList = 0x5d;

/**
 * Texts that a JSON object has for these keys, without parsing what need not be: most have them at the beginning, and
 * there are thousands. Undefined where there is none, or no text; of what is no JSON whatever was found by then.
 */
export function topLevelStrings(json: Buffer, keys: readonly string[]): (string | undefined)[] {
  const found = keys.map((): string | undefined => undefined);
  const wanted = keys.map((key) => Buffer.from(`"${key}"`));
  let missing = keys.length;
  let depth = 0;
  let at = 0;
  while (at < json.length && missing > 0) {
    const byte = json[at]!;
    if (byte === quote) {
      const end = endOfString(json, at);
      if (depth !== 1 || end < 0) {
        if (end < 0) return found;
        at = end;
        continue;
      }
      const key = wanted.findIndex(
        (text) => text.length === end - at && json.compare(text, 0, text.length, at, end) === 0,
      );
      at = skipBlanks(json, end);
      if (json[at] !== colon || key < 0) continue;
      at = skipBlanks(json, at + 1);
      missing--;
      if (json[at] !== quote) continue;
      const valueEnd = endOfString(json, at);
      if (valueEnd < 0) return found;
      found[key] = decoded(json, at, valueEnd);
      at = valueEnd;
      continue;
    }
    if (byte === openObject || byte === openList) depth++;
    else if (byte === closeObject || byte === closeList) depth--;
    at++;
  }
  return found;
}

/** Behind its closing quote; −1 where there is none. */
function endOfString(json: Buffer, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const byte = json[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at++;
  }
  return -1;
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
