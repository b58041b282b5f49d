import fc from 'fast-check';
import { EntryKind } from '../../archive/layer-index.ts';
import {
  type Attributes,
  bytes,
  device,
  dir,
  fifo,
  file,
  hardlink,
  type Item,
  latin1,
  opaque,
  symlink,
  whiteout,
} from './layer-of.ts';

// Few names, so that layers meet; `-` sorts before `/`, so that order by path is not order by name. Some only look like
// markers, one is longer than a tar header has room for.
const name = fc.constantFrom(
  'a',
  'b',
  'a-',
  latin1('ü'),
  '\xff',
  '__proto__',
  ' \n',
  '.wh',
  'a.wh.b',
  'long'.repeat(30),
);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join('/')}`);
const content = fc.constantFrom('', bytes(1), bytes(10, 'y'), bytes(10, 'z'), bytes(300));
const attributes: fc.Arbitrary<Attributes> = fc.record(
  {
    mode: fc.constantFrom(0o644, 0o600),
    uid: fc.constantFrom(0, 1),
    gid: fc.constantFrom(0, 1),
    mtime: fc.constantFrom(0, 5000),
    xattrs: fc.constantFrom('user.a=YQ==', 'user.a=Yg=='),
  },
  { requiredKeys: [] },
);

/** An entry, given those that came before it in all layers: what is rare by chance is aimed at. */
type Move = (before: readonly Item[]) => Item;

/** One of those before that match; undefined where there is none. */
function pickOf(before: readonly Item[], pick: number, matches: (item: Item) => boolean): Item | undefined {
  const fitting = before.filter(matches);
  return fitting[pick % fitting.length];
}

const isThing = ({ kind }: Item) => kind < EntryKind.Whiteout;

type Place = (before: readonly Item[]) => string;

/** A path of its own, one that something has, or one below that. */
const place: fc.Arbitrary<Place> = fc.oneof<fc.WeightedArbitrary<Place>[]>(
  { weight: 3, arbitrary: path.map((fresh) => () => fresh) },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.nat(), path).map(
      ([pick, fresh]) =>
        (before) =>
          pickOf(before, pick, isThing)?.path ?? fresh,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(), path, name).map(([pick, fresh, below]) => (before) => {
      const there = pickOf(before, pick, isThing);
      return there && there.path !== '/' ? `${there.path}/${below}` : fresh;
    }),
  },
);

const placed = <T>(more: fc.Arbitrary<T>, make: (path: string, more: T) => Item): fc.Arbitrary<Move> =>
  fc.tuple(place, more).map(
    ([at, rest]) =>
      (before) =>
        make(at(before), rest),
  );
const nothing = fc.constant(undefined);

/** A file stored again: the same content, with other attributes or none. */
const again: fc.Arbitrary<Move> = fc
  .tuple(fc.nat(), attributes, path)
  .map(([pick, more, fresh]) => (before) => {
    const there = pickOf(before, pick, ({ kind, content = '' }) => kind === EntryKind.File && content !== '');
    return there ? { ...there, ...more } : file(fresh, bytes(1), more);
  });

/** Mostly to what is there: a file, another link, something else; also to itself and to nothing. */
const link: fc.Arbitrary<Move> = fc
  .tuple(place, place, fc.nat({ max: 9 }))
  .map(([at, target, itself]) => (before) => {
    const from = at(before);
    return hardlink(from, itself === 0 ? from : target(before));
  });

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 8,
    arbitrary: placed(fc.tuple(content, attributes), (at, [bytes, more]) => file(at, bytes, more)),
  },
  { weight: 3, arbitrary: again },
  { weight: 2, arbitrary: placed(attributes, dir) },
  { weight: 5, arbitrary: link },
  { weight: 3, arbitrary: placed(nothing, whiteout) },
  { weight: 1, arbitrary: placed(fc.boolean(), (at, root) => opaque(root ? '/' : at)) },
  { weight: 2, arbitrary: placed(path, symlink) },
  { weight: 1, arbitrary: placed(nothing, fifo) },
  { weight: 1, arbitrary: placed(fc.constantFrom('1:3', '1:5'), device) },
);

/** A stack of layers, bottom first, each a tar's entries in order. */
export const someLayers: fc.Arbitrary<Item[][]> = fc
  .array(fc.array(move, { maxLength: 14 }), { maxLength: 5 })
  .map((layers) => {
    const before: Item[] = [];
    return layers.map((moves) =>
      moves.map((make) => {
        const item = make(before);
        before.push(item);
        return item;
      }),
    );
  });

/** Paths of the same names, there or not. */
export const somePath = path;
