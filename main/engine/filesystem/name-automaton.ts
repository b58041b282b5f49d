import { anyCharacters, type NamePattern } from './glob.ts';
import { characterAt, characterWidth } from './name-characters.ts';

/** States kept: a pattern can have more than fit into memory, so when they are full they are made again. */
const mostStates = 1000;

const unknown = -1;
/** The state in which nothing can match any more. */
const dead = 0;

/**
 * Matches names against several patterns at once, reading each character once: the places in the patterns that a name
 * has reached are one state, and where a character leads from there is found out once (a DFA made as it is needed).
 * However hostile the patterns are, a character costs at most a look at all their tokens.
 */
export class NameAutomaton {
  /** Tokens of all patterns, each pattern ended by undefined. */
  readonly #tokens: (NamePattern[number] | undefined)[];
  /** The pattern that ends at each of these places. */
  readonly #endOf = new Map<number, number>();
  readonly #starts: readonly number[];
  /** By first and by last byte: a bit for each pattern that such a name may match. */
  readonly #first: Uint32Array;
  readonly #last: Uint32Array;

  #places: (readonly number[])[] = [];
  #stateOf = new Map<string, number>();
  /** Where ASCII characters lead: ascii[state * 128 + character]. */
  #ascii = new Int32Array(0);
  #others = new Map<number, number>();

  constructor(patterns: readonly NamePattern[]) {
    this.#tokens = patterns.flatMap((pattern) => [...pattern, undefined]);
    const starts: number[] = [];
    let at = 0;
    patterns.forEach((pattern, index) => {
      starts.push(at);
      at += pattern.length + 1;
      this.#endOf.set(at - 1, index);
    });
    this.#starts = this.#closed(starts);
    this.#first = bytesOf(patterns.map((pattern) => pattern[0]));
    this.#last = bytesOf(patterns.map((pattern) => pattern.at(-1)));
    this.#clear();
  }

  /** Counts how often states were forgotten: their numbers mean something else afterwards. */
  generation = 0;

  /** The state in which the name ends. */
  match(bytes: Uint8Array, start: number, end: number): number {
    if (start < end && (this.#first[bytes[start]!]! & this.#last[bytes[end - 1]!]!) === 0) return dead;
    let state = this.#start;
    let ascii = this.#ascii;
    for (let at = start; at < end && state !== dead; ) {
      const byte = bytes[at]!;
      if (byte < 128) {
        const next = ascii[state * 128 + byte]!;
        at++;
        if (next !== unknown) {
          state = next;
          continue;
        }
        state = this.#step(state, byte);
        ascii = this.#ascii;
      } else {
        const character = characterAt(bytes, at, end);
        state = this.#others.get(state * 0x110000 + character) ?? this.#step(state, character);
        ascii = this.#ascii;
        at += characterWidth;
      }
    }
    return state;
  }

  /** The patterns that a name matches which ends in this state. */
  matched(state: number): readonly number[] {
    return this.#places[state]!.flatMap((place) => this.#endOf.get(place) ?? []);
  }

  #start = dead;

  #clear(): void {
    this.#places = [];
    this.#stateOf = new Map();
    this.#ascii = new Int32Array(16 * 128).fill(unknown);
    this.#others = new Map();
    this.generation++;
    this.#intern([]);
    this.#start = this.#intern(this.#starts);
  }

  #step(from: number, character: number): number {
    const next: number[] = [];
    for (const place of this.#places[from]!) {
      const token = this.#tokens[place];
      if (token === anyCharacters) next.push(place);
      else if (token?.(character)) next.push(place + 1);
    }
    const places = this.#closed(next);
    if (this.#places.length >= mostStates) {
      this.#clear();
      return this.#intern(places);
    }
    const state = this.#intern(places);
    if (character < 128) this.#ascii[from * 128 + character] = state;
    else this.#others.set(from * 0x110000 + character, state);
    return state;
  }

  /** With the places behind stars, which may stand for nothing. */
  #closed(reached: readonly number[]): number[] {
    const places = new Set(reached);
    for (const place of places) if (this.#tokens[place] === anyCharacters) places.add(place + 1);
    return [...places].sort((a, b) => a - b);
  }

  #intern(places: readonly number[]): number {
    const key = places.join(' ');
    const known = this.#stateOf.get(key);
    if (known !== undefined) return known;
    const state = this.#places.push(places) - 1;
    this.#stateOf.set(key, state);
    if ((state + 1) * 128 > this.#ascii.length) {
      const grown = new Int32Array(this.#ascii.length * 2).fill(unknown);
      grown.set(this.#ascii);
      this.#ascii = grown;
    }
    return state;
  }
}

/** Which of these tokens each byte may be (part of), a bit for each token. */
function bytesOf(tokens: readonly (NamePattern[number] | undefined)[]): Uint32Array {
  const bits = new Uint32Array(256).fill(0xffffffff);
  if (tokens.length > 32) return bits;
  for (let byte = 0; byte < 128; byte++) {
    bits[byte] = tokens.reduce(
      (sum, token, index) => (typeof token !== 'function' || token(byte) ? sum | (1 << index) : sum),
      0,
    );
  }
  return bits;
}
