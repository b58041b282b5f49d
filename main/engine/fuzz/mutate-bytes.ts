import type { Random } from './random.ts';

/** A change of bytes; says what it did. The bytes given stay as they are. */
export interface Mutated {
  readonly bytes: Buffer;
  readonly what: string;
}

type Mutation = (bytes: Buffer, random: Random) => Mutated;

/** What disks, networks and attackers do to a file that they know nothing of. */
const mutations: Readonly<Record<string, Mutation>> = {
  flip(bytes, random) {
    const changed = Buffer.from(bytes);
    const count = random.pick([1, 1, 1, 2, 5, 50]);
    const places = Array.from({ length: count }, () => random.below(bytes.length));
    for (const at of places) changed[at]! ^= 1 << random.below(8);
    return { bytes: changed, what: `bits flipped at ${places.slice(0, 5).join(', ')}` };
  },
  overwrite(bytes, random) {
    const changed = Buffer.from(bytes);
    const at = random.below(bytes.length);
    const length = Math.min(random.pick([1, 4, 12, 512, 5000]), bytes.length - at);
    const fill = random.pick([0x00, 0xff, 0x37, 0x20, -1]);
    if (fill < 0) changed.set(random.bytes(length), at);
    else changed.fill(fill, at, at + length);
    return { bytes: changed, what: `${length} bytes overwritten with ${fill} at ${at}` };
  },
  cut(bytes, random) {
    const length = random.chance(0.3)
      ? Math.floor(random.below(bytes.length + 1) / 512) * 512
      : random.below(bytes.length + 1);
    return { bytes: bytes.subarray(0, length), what: `cut off at ${length}` };
  },
  remove(bytes, random) {
    const [at, end] = range(bytes, random);
    const what = `${end - at} bytes removed at ${at}`;
    return { bytes: Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]), what };
  },
  duplicate(bytes, random) {
    const [at, end] = range(bytes, random);
    const what = `${end - at} bytes at ${at} given twice`;
    return { bytes: Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]), what };
  },
  swap(bytes, random) {
    const [at, end] = range(bytes, random);
    const [from] = range(bytes, random);
    const changed = Buffer.from(bytes);
    bytes.copy(changed, at, from, from + end - at);
    bytes.copy(changed, from, at, end);
    return { bytes: changed, what: `${end - at} bytes at ${at} and ${from} swapped` };
  },
  insert(bytes, random) {
    const at = random.chance(0.5) ? blockIn(bytes, random) : random.below(bytes.length + 1);
    const inserted = random.chance(0.5)
      ? Buffer.alloc(random.pick([1, 512, 1024]))
      : random.bytes(random.pick([1, 8, 512]));
    return {
      bytes: Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]),
      what: `${inserted.length} bytes inserted at ${at}`,
    };
  },
  append(bytes, random) {
    const more = random.pick([random.bytes(100), Buffer.alloc(10_000), bytes, Buffer.from('garbage')]);
    return { bytes: Buffer.concat([bytes, more]), what: `${more.length} bytes appended` };
  },
};

/** The bytes with one change of some kind. */
export function mutateBytes(bytes: Buffer, random: Random): Mutated {
  if (bytes.length === 0) return { bytes: random.bytes(10), what: 'bytes where there were none' };
  return mutations[random.pick(Object.keys(mutations))]!(bytes, random);
}

/** Mostly whole blocks of a tar. */
function range(bytes: Buffer, random: Random): [start: number, end: number] {
  if (random.chance(0.2)) {
    const at = random.below(bytes.length);
    return [at, Math.min(bytes.length, at + random.between(1, 2000))];
  }
  const at = blockIn(bytes, random);
  return [at, Math.min(bytes.length, at + 512 * random.pick([1, 1, 1, 2, 10]))];
}

function blockIn(bytes: Buffer, random: Random): number {
  return random.below(Math.ceil(bytes.length / 512)) * 512;
}
