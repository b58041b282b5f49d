import { random } from './random.ts';

const poolBytes = 16 * 2 ** 20;
const words = 715;
/** Of the pool: chosen so that gzip makes the 982 MB of a Go toolchain's image 403 MB. */
const incompressibleShare = 0.155;

/**
 * Bytes that files are cut from: words of uneven frequency, as in sources and symbol tables, with runs of noise
 * between them, as in packed data. gzip makes it 2.4 times smaller, wherever a file begins in it.
 */
export function contentPool(): Buffer {
  const next = random(1);
  const vocabulary = Array.from({ length: words }, () => noise(next, 2 + Math.floor(next() * 12)));
  const pool = Buffer.alloc(poolBytes);
  for (let at = 0; at < poolBytes; ) {
    const isNoise = next() < incompressibleShare / 40;
    const piece = isNoise ? noise(next, 320) : vocabulary[Math.floor(next() ** 3 * words)]!;
    at += piece.copy(pool, at);
  }
  return pool;
}

function noise(next: () => number, length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, () => next() * 256));
}

/** Fills `target` from the pool, beginning at `from` and going round. */
export function fillFrom(pool: Buffer, from: number, target: Buffer): void {
  for (let at = 0; at < target.length; ) at += pool.copy(target, at, (from + at) % pool.length);
}
