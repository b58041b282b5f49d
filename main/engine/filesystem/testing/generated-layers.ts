import fc from 'fast-check';
import {
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

// Few names, so that layers meet; `-` sorts before `/`, so that order by path is not order by name.
const name = fc.constantFrom('a', 'b', 'a-', latin1('ü'), '\xff', '__proto__', ' \n');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join('/')}`);
const content = fc.constantFrom('', bytes(1), bytes(10, 'y'), bytes(10, 'z'), bytes(300));
const attributes = fc.record({ mode: fc.constantFrom(0o644, 0o600), uid: fc.constantFrom(0, 1) });

const item: fc.Arbitrary<Item> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(path, content, attributes).map((parts) => file(...parts)) },
  { weight: 2, arbitrary: fc.tuple(path, attributes).map((parts) => dir(...parts)) },
  { weight: 3, arbitrary: fc.tuple(path, path).map(([from, target]) => hardlink(from, target)) },
  { weight: 3, arbitrary: path.map(whiteout) },
  { weight: 1, arbitrary: fc.oneof(path, fc.constant('/')).map(opaque) },
  { weight: 1, arbitrary: fc.tuple(path, path).map(([from, target]) => symlink(from, target)) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      path.map(fifo),
      fc.tuple(path, fc.constantFrom('1:3', '1:5')).map((d) => device(...d)),
    ),
  },
);

/** A stack of layers, bottom first, each a tar's entries in order. */
export const someLayers: fc.Arbitrary<Item[][]> = fc.array(fc.array(item, { maxLength: 14 }), {
  maxLength: 5,
});

/** Paths of the same names, there or not. */
export const somePath = path;
