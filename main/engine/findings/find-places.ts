import { EntryKind } from '../archive/layer-index.ts';
import { Absent, type Filesystem } from '../filesystem/filesystem.ts';
import { textOf } from '../filesystem/path-text.ts';
import { nameBytes } from '../filesystem/path-tree.ts';
import { type KnownPlace, knownPlaces } from './places.ts';

/** The places of the table that an image has. */
export interface FoundPlaces {
  /** Of each live node of the tree: one more than the place's index in the table, or 0 where it is in none. */
  readonly placeOf: Uint8Array;
  /** The node at which that place begins. */
  readonly rootOf: Uint32Array;
}

/** A part of the paths in the table: what may follow it, and the rules that end here. */
interface Step {
  readonly exact: Map<string, Step>;
  readonly patterns: { readonly matches: RegExp; readonly step: Step }[];
  readonly ends: KnownPlace[];
}

const newStep = (): Step => ({ exact: new Map(), patterns: [], ends: [] });

/** Where users have their home: `/root`, and all of `/home`. */
const homes = [['root'], ['home', '*']];

const found = new WeakMap<Filesystem, FoundPlaces>();
let rules: Rules | undefined;

/** Finds the known places of an image; once, as an image does not change. */
export function findPlaces(fs: Filesystem): FoundPlaces {
  let places = found.get(fs);
  if (!places) {
    rules ??= compiled(knownPlaces);
    places = lookForPlaces(fs, rules);
    found.set(fs, places);
  }
  return places;
}

interface Rules {
  readonly root: Step;
  readonly anywhere: ReadonlyMap<string, KnownPlace[]>;
  /** How many bytes such names have: most names of directories need not be decoded. */
  readonly lengths: ReadonlySet<number>;
}

function compiled(places: readonly KnownPlace[]): Rules {
  const root = newStep();
  const anywhere = new Map<string, KnownPlace[]>();
  for (const place of places) {
    for (const path of place.paths) {
      const [first = '', ...rest] = path.split('/');
      if (first === '…') anywhere.set(rest.join('/'), [...(anywhere.get(rest.join('/')) ?? []), place]);
      else if (first === '~') for (const home of homes) addPath(root, [...home, ...rest], place);
      else addPath(root, rest, place);
    }
  }
  return { root, anywhere, lengths: new Set([...anywhere.keys()].map((name) => Buffer.byteLength(name))) };
}

function addPath(root: Step, parts: readonly string[], place: KnownPlace): void {
  let step = root;
  for (const part of parts) {
    let next =
      step.exact.get(part) ?? step.patterns.find(({ matches }) => matches.source === source(part))?.step;
    if (!next) {
      next = newStep();
      if (/[*[]/.test(part)) step.patterns.push({ matches: new RegExp(source(part)), step: next });
      else step.exact.set(part, next);
    }
    step = next;
  }
  step.ends.push(place);
}

/** `*` is any characters, `[…]` a set of them; nothing else is special. */
function source(part: string): string {
  return `^${part.replace(/[.+?^$(){}|\\]/g, '\\$&').replace(/\*/g, '.*')}$`;
}

function lookForPlaces(fs: Filesystem, rules: Rules): FoundPlaces {
  const search = new Search(fs, rules);
  search.directories();
  search.files();
  const { placeOf, rootOf } = search;
  return { placeOf, rootOf };
}

/** Places in the making: parents before children, so that what is below a place is in it too. */
class Search {
  readonly placeOf: Uint8Array;
  readonly rootOf: Uint32Array;
  readonly #fs: Filesystem;
  readonly #rules: Rules;
  /** The steps that lead to a directory: few have any. */
  readonly #steps: Map<number, readonly Step[]>;

  constructor(fs: Filesystem, rules: Rules) {
    this.placeOf = new Uint8Array(fs.tree.count);
    this.rootOf = new Uint32Array(fs.tree.count);
    this.#fs = fs;
    this.#rules = rules;
    this.#steps = new Map([[0, [rules.root]]]);
  }

  directories(): void {
    const { directories, tree } = this.#fs;
    const { anywhere, lengths } = this.#rules;
    for (let rank = 1; rank < directories.length; rank++) {
      const directory = directories[rank]!;
      this.#inherit(directory);
      const above = this.#steps.get(tree.parent[directory]!);
      const isLoose = this.rootOf[directory] === 0 || isTemporary(this.placeOf[directory]!);
      const bytes = nameBytes(tree, directory);
      if (!above && !(isLoose && lengths.has(bytes.length))) continue;
      const name = textOf(bytes);
      const here = above?.flatMap((step) => stepsTo(step, name)) ?? [];
      if (here.length > 0) this.#steps.set(directory, here);
      const ends = [...here.flatMap((step) => step.ends), ...((isLoose && anywhere.get(name)) || [])];
      this.#begin(
        directory,
        ends.find(({ having }) => having === undefined || has(this.#fs, directory, having)),
      );
    }
  }

  files(): void {
    const { nodeKind, tree } = this.#fs;
    for (let node = 1; node < tree.count; node++) {
      if (nodeKind[node] === EntryKind.Directory || nodeKind[node] === Absent) continue;
      this.#inherit(node);
      const above = this.#steps.get(tree.parent[node]!);
      if (!above) continue;
      const name = textOf(nameBytes(tree, node));
      const ends = above.flatMap((step) => stepsTo(step, name)).flatMap((step) => step.ends);
      this.#begin(
        node,
        ends.find(({ having }) => having === undefined),
      );
    }
  }

  #inherit(node: number): void {
    const parent = this.#fs.tree.parent[node]!;
    this.rootOf[node] = this.rootOf[parent]!;
    this.placeOf[node] = this.placeOf[parent]!;
  }

  #begin(node: number, place: KnownPlace | undefined): void {
    if (!place) return;
    this.rootOf[node] = node;
    this.placeOf[node] = knownPlaces.indexOf(place) + 1;
  }
}

/** What is unpacked in /tmp is still what it is. */
function isTemporary(place: number): boolean {
  return knownPlaces[place - 1]?.name === 'temporary files';
}

function stepsTo({ exact, patterns }: Step, name: string): Step[] {
  const step = exact.get(name);
  const matching = patterns.filter(({ matches }) => matches.test(name)).map((pattern) => pattern.step);
  return step ? [step, ...matching] : matching;
}

/** Whether something live is at the relative path, which has no links. */
function has(fs: Filesystem, directory: number, path: string): boolean {
  let node = directory;
  for (const name of path.split('/')) {
    const bytes = Buffer.from(name);
    node = fs.firstChild[node]!;
    while (node >= 0 && !bytes.equals(nameBytes(fs.tree, node))) node = fs.nextSibling[node]!;
    if (node < 0) return false;
  }
  return true;
}
