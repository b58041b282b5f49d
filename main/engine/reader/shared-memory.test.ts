import { expect, it } from 'vitest';
import { listDirectory } from '../filesystem/list-directory.ts';
import { dir, file } from '../filesystem/testing/layer-of.ts';
import { merged } from '../filesystem/testing/merged.ts';
import { toMessage } from './shared-memory.ts';

const image = () => merged([dir('usr'), file('usr/a', 'one'), file('b', 'two')], [file('usr/a', 'other')]);

/** As it is on the other side. */
const sent = <T>(value: T): T => structuredClone(toMessage(value)) as T;

/** Every memory that columns of the value lie in. */
function memories(value: unknown, found = new Set<ArrayBufferLike>()): Set<ArrayBufferLike> {
  if (ArrayBuffer.isView(value)) found.add(value.buffer);
  else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) memories(part, found);
  }
  return found;
}

it('brings a filesystem over whole', () => {
  const original = image();
  const arrived = sent(original);
  expect(arrived).toEqual(structuredClone(original));
  const query = { path: '/usr', offset: 0, limit: 10 };
  expect(listDirectory(arrived, query)).toEqual(listDirectory(original, query));
});

it('keeps what two images share shared, and copies nothing a second time', () => {
  const first = image();
  const both = sent({ first, second: { ...first, warnings: [] } });
  expect(both.first.layers[0]).toBe(both.second.layers[0]);
  const again = toMessage(both) as typeof both;
  expect(memories(again)).toEqual(memories(both));
  for (const memory of memories(again)) expect(memory).toBeInstanceOf(SharedArrayBuffer);
});

it('puts each layer, and a filesystem without its layers, into one block', () => {
  const arrived = sent(image());
  expect(arrived.layers.map((layer) => memories(layer).size)).toEqual([1, 1]);
  expect(memories(arrived).size).toBe(3);
});

it('leaves everything else as it is', () => {
  const value = {
    text: 'a',
    none: null,
    missing: undefined,
    list: [1, 'b'],
    map: new Map([['k', { n: 1 }]]),
  };
  expect(sent(value)).toEqual(value);
});
