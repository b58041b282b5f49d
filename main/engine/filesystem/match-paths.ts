import { setImmediate } from 'node:timers/promises';
import { cancelled } from '../../../shared/api/errors.ts';
import type { Filesystem } from './filesystem.ts';
import { anyParts, type GlobPart, type NamePattern, parseGlob, tooLarge } from './glob.ts';
import { NameAutomaton } from './name-automaton.ts';
import { characterAt, charactersOf, characterWidth, lowerCase } from './name-characters.ts';
import type { PathTree } from './path-tree.ts';

export interface PathPattern {
  readonly text: string;
  /** A glob (see parseGlob), or part of the path. Default: a glob where the text has one of `*?[{`. */
  readonly mode?: 'glob' | 'part' | undefined;
  /** Default: where the text has no upper-case letter. */
  readonly ignoreCase?: boolean | undefined;
}

/** A match over all paths in the making: a parent's number is smaller than its children's, so one pass is enough. */
export interface PathMatch {
  /** 1 of each node whose path matches. */
  readonly hits: Uint8Array;
  /** Nodes that are done. */
  readonly done: number;
  /** Goes on to this node, exclusive. */
  run(until: number): void;
}

/** Throws `invalid-input` for a glob that is too large. */
export function beginMatch(tree: PathTree, { text, mode, ignoreCase }: PathPattern): PathMatch {
  const ignore = ignoreCase ?? text === text.toLowerCase();
  const isGlob = mode === undefined ? /[*?[{]/.test(text) : mode === 'glob';
  return isGlob ? new GlobMatch(tree, parseGlob(text, ignore)) : new PartMatch(tree, text, ignore);
}

const slash = 0x2f;

/**
 * Paths that contain a text: one automaton (Knuth, Morris, Pratt) that reads each name once, from where its parent's
 * path left it.
 */
class PartMatch implements PathMatch {
  readonly hits: Uint8Array;
  done = 1;
  readonly #tree: PathTree;
  readonly #ignoreCase: boolean;
  readonly #wanted: number[];
  /** How much of the text is still matched when the next character does not fit. */
  readonly #fallback: Int32Array;
  /** Where an ASCII character leads from a state: states[state * 128 + character]. */
  readonly #ascii: Uint16Array;
  /** Of each node, after its path. */
  readonly #state: Uint16Array;

  constructor(tree: PathTree, text: string, ignoreCase: boolean) {
    this.#tree = tree;
    this.#ignoreCase = ignoreCase;
    const characters = charactersOf(text);
    this.#wanted = ignoreCase ? characters.map(lowerCase) : characters;
    this.#fallback = fallbacks(this.#wanted);
    this.#ascii = new Uint16Array((this.#wanted.length + 1) * 128);
    for (let state = 0; state <= this.#wanted.length; state++) {
      for (let code = 0; code < 128; code++) this.#ascii[state * 128 + code] = this.#step(state, code);
    }
    this.#state = new Uint16Array(tree.count);
    this.hits = new Uint8Array(tree.count);
    if (text === '' || text === '/') this.hits[0] = 1;
  }

  run(until: number): void {
    const { parent, layers, nameLayer, nameNode } = this.#tree;
    const found = this.#wanted.length;
    const ascii = this.#ascii;
    const states = this.#state;
    for (let n = this.done; n < until; n++) {
      let state = ascii[states[parent[n]!]! * 128 + slash]!;
      const { nodeName, names } = layers[nameLayer[n]!]!;
      const named = nameNode[n]!;
      const end = nodeName[named + 1]!;
      for (let at = nodeName[named]!; at < end && state !== found; ) {
        const byte = names[at]!;
        if (byte < 128) {
          state = ascii[state * 128 + byte]!;
          at++;
        } else {
          state = this.#step(state, characterAt(names, at, end));
          at += characterWidth;
        }
      }
      states[n] = state;
      if (state === found) this.hits[n] = 1;
    }
    this.done = until;
  }

  #step(from: number, character: number): number {
    const code = this.#ignoreCase ? lowerCase(character) : character;
    let state = from;
    if (state === this.#wanted.length) return state;
    while (state > 0 && this.#wanted[state] !== code) state = this.#fallback[state]!;
    return this.#wanted[state] === code ? state + 1 : 0;
  }
}

/** Of each length of the text that was matched, the longest shorter one that its end also matches. */
function fallbacks(wanted: readonly number[]): Int32Array {
  const table = new Int32Array(wanted.length + 1);
  for (let length = 2; length <= wanted.length; length++) {
    let shorter = table[length - 1]!;
    while (shorter > 0 && wanted[shorter] !== wanted[length - 1]) shorter = table[shorter]!;
    table[length] = wanted[shorter] === wanted[length - 1] ? shorter + 1 : 0;
  }
  return table;
}

/** Handfuls are usual; paths and a glob made for each other could have one for every directory. */
const mostStates = 1000;

/** What of the alternatives a directory's path has matched: places in them where a child's name goes on. */
interface GlobState {
  /** Numbers of parts, ascending. */
  readonly places: readonly number[];
  /** Those that look at the name. */
  readonly names: readonly number[];
  readonly automaton: NameAutomaton | undefined;
  readonly matches: boolean;
  /** The state after a name, by the automaton's state at its end. */
  next: number[];
  /** The automaton's, that its states are of. */
  generation: number;
}

/** A set of places is one number, and the same sets lead to the same ones. */
class GlobMatch implements PathMatch {
  readonly hits: Uint8Array;
  done = 1;
  readonly #tree: PathTree;
  /** Parts of all alternatives one after another, each ended by undefined. */
  readonly #parts: (GlobPart | undefined)[];
  readonly #states: GlobState[] = [];
  readonly #stateOf = new Map<string, number>();
  readonly #state: Uint32Array;

  constructor(tree: PathTree, alternatives: readonly (readonly GlobPart[])[]) {
    this.#tree = tree;
    this.#parts = alternatives.flatMap((parts) => [...parts, undefined]);
    this.#state = new Uint32Array(tree.count);
    this.hits = new Uint8Array(tree.count);
    const starts: number[] = [];
    let at = 0;
    for (const parts of alternatives) {
      starts.push(at);
      at += parts.length + 1;
    }
    this.#state[0] = this.#intern(starts);
    this.hits[0] = this.#states[0]!.matches ? 1 : 0;
  }

  run(until: number): void {
    const { parent, layers, nameLayer, nameNode } = this.#tree;
    const states = this.#states;
    for (let n = this.done; n < until; n++) {
      const state = states[this.#state[parent[n]!]!]!;
      const { automaton } = state;
      let end = 0;
      if (automaton) {
        const { nodeName, names } = layers[nameLayer[n]!]!;
        const named = nameNode[n]!;
        end = automaton.match(names, nodeName[named]!, nodeName[named + 1]!);
        if (state.generation !== automaton.generation) {
          state.generation = automaton.generation;
          state.next = [];
        }
      }
      state.next[end] ??= this.#next(state, end);
      const next = state.next[end]!;
      this.#state[n] = next;
      if (states[next]!.matches) this.hits[n] = 1;
    }
    this.done = until;
  }

  #next(state: GlobState, end: number): number {
    const places: number[] = [];
    for (const place of state.places) {
      if (this.#parts[place] !== anyParts) continue;
      places.push(place);
      if (this.#parts[place + 1] === undefined) places.push(place + 1);
    }
    for (const name of state.automaton?.matched(end) ?? []) places.push(state.names[name]! + 1);
    return this.#intern(places);
  }

  #intern(reached: readonly number[]): number {
    const all = new Set(reached);
    // `**` may stand for no part, but at the end it is what is below.
    for (const place of all) {
      if (this.#parts[place] === anyParts && this.#parts[place + 1] !== undefined) all.add(place + 1);
    }
    const places = [...all].sort((a, b) => a - b);
    const key = places.join(' ');
    const known = this.#stateOf.get(key);
    if (known !== undefined) return known;
    const isName = (place: number) => this.#parts[place] !== undefined && this.#parts[place] !== anyParts;
    const names = places.filter(isName);
    if (this.#states.length >= mostStates) throw tooLarge();
    const patterns = names.map((place) => this.#parts[place] as NamePattern);
    this.#states.push({
      places,
      names,
      automaton: names.length > 0 ? new NameAutomaton(patterns) : undefined,
      matches: places.some((place) => this.#parts[place] === undefined),
      next: [],
      generation: 0,
    });
    this.#stateOf.set(key, this.#states.length - 1);
    return this.#states.length - 1;
  }
}

/** Matches kept of each image: a filter's, and the search's that somebody types. */
const keptMatches = 3;
const cache = new WeakMap<Filesystem, Map<string, Uint8Array>>();

/** 1 of each node of the tree whose path matches, whether it is live or not. */
export function matchedPaths(fs: Filesystem, pattern: PathPattern): Uint8Array {
  const known = keptMatch(fs, pattern);
  if (known) return known;
  const match = beginMatch(fs.tree, pattern);
  match.run(fs.tree.count);
  return keepMatch(fs, pattern, match.hits);
}

/** Nodes between looks at the clock. */
const stride = 1024;

/**
 * As matchedPaths, a little at a time: other work has its turn every so many ms. Throws `cancelled` when aborted.
 */
export async function matchPathsAsync(
  fs: Filesystem,
  pattern: PathPattern,
  signal: AbortSignal,
  turnMs = 20,
): Promise<Uint8Array> {
  if (signal.aborted) throw cancelled();
  const known = keptMatch(fs, pattern);
  if (known) return known;
  const match = beginMatch(fs.tree, pattern);
  let began = performance.now();
  while (match.done < fs.tree.count) {
    match.run(Math.min(match.done + stride, fs.tree.count));
    if (performance.now() - began < turnMs) continue;
    await setImmediate();
    if (signal.aborted) throw cancelled();
    began = performance.now();
  }
  return keepMatch(fs, pattern, match.hits);
}

function keptMatch(fs: Filesystem, pattern: PathPattern): Uint8Array | undefined {
  return cache.get(fs)?.get(JSON.stringify(pattern));
}

function keepMatch(fs: Filesystem, pattern: PathPattern, hits: Uint8Array): Uint8Array {
  const kept = cache.get(fs) ?? new Map<string, Uint8Array>();
  cache.set(fs, kept);
  const key = JSON.stringify(pattern);
  kept.delete(key);
  kept.set(key, hits);
  for (const oldest of kept.keys()) {
    if (kept.size <= keptMatches) break;
    kept.delete(oldest);
  }
  return hits;
}
