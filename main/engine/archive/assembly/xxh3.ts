// biome-ignore-all lint/correctness/noPrecisionLoss: 64 bits are exact here
// XXH3 with 128 bits and a seed, after https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md, with its names.
// Content is hashed where it lies in memory; only what is short or torn is copied.

// Addresses in the first page of memory; from the second on it is the caller's.
const accumulators: usize = 0; // 64 bytes
const seededSecret: usize = 64; // 192
const buffer: usize = 320; // 256, behind room for the 64 bytes that were consumed before it was filled
const zeroBlock: usize = 1024; // 4096, never written
/** The 16 bytes of the hash, in the order in which xxhsum prints them. */
export const digest: usize = 576;

const stripe: usize = 64;
const stripesPerBlock: usize = 16;
const bufferSize: usize = 256;
const zeroBlockSize: usize = 4096;
/** Longer content is hashed in stripes. */
const longestShort: usize = 240;

const secretSize: usize = 192;
// biome-ignore format: a table
const secret: usize = memory.data<u8>([
  0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
  0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
  0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
  0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
  0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
  0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
  0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
  0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
  0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
  0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
  0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
  0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
]);

const prime32x1: u64 = 0x9e3779b1;
const prime32x2: u64 = 0x85ebca77;
const prime32x3: u64 = 0xc2b2ae3d;
const prime64x1: u64 = 0x9e3779b185ebca87;
const prime64x2: u64 = 0xc2b2ae3d27d4eb4f;
const prime64x3: u64 = 0x165667b19e3779f9;
const prime64x4: u64 = 0x85ebca77c2b2ae63;
const prime64x5: u64 = 0x27d4eb2f165667c5;
const primeMx1: u64 = 0x165667919e3779f9;
const primeMx2: u64 = 0x9fb21c651e98df25;

let seed: u64 = 0;
let total: u64 = 0;
/** Bytes in the buffer. It is never empty again once content has been consumed: the last stripe needs one. */
let buffered: usize = 0;
/** Stripes of the current block that have been consumed. */
let stripes: usize = 0;

/** Keys all that is hashed from now on. */
export function setSeed(low: u32, high: u32): void {
  seed = <u64>low | ((<u64>high) << 32);
  for (let at: usize = 0; at < secretSize; at += 16) {
    store<u64>(seededSecret + at, load<u64>(secret + at) + seed);
    store<u64>(seededSecret + at + 8, load<u64>(secret + at + 8) - seed);
  }
}

export function begin(): void {
  total = 0;
  buffered = 0;
  beginStripes();
}

export function update(content: usize, length: usize): void {
  total += length;
  if (buffered + length <= bufferSize) {
    memory.copy(buffer + buffered, content, length);
    buffered += length;
    return;
  }
  let at = content;
  let left = length;
  if (buffered > 0) {
    const taken = bufferSize - buffered;
    memory.copy(buffer + buffered, at, taken);
    consume(buffer, bufferSize / stripe);
    keepLast(buffer + bufferSize);
    at += taken;
    left -= taken;
  }
  const whole = (left - 1) / stripe;
  if (whole > 0) {
    consume(at, whole);
    at += whole * stripe;
    left -= whole * stripe;
    keepLast(at);
  }
  memory.copy(buffer, at, left);
  buffered = left;
}

export function zeros(length: usize): void {
  let left = length;
  for (; left > zeroBlockSize; left -= zeroBlockSize) update(zeroBlock, zeroBlockSize);
  update(zeroBlock, left);
}

/** Leaves the hash in `digest`. */
export function end(): void {
  if (total <= longestShort) hashShort(buffer, <usize>total);
  else {
    consume(buffer, (buffered - 1) / stripe);
    endStripes(buffer + buffered - stripe, total);
  }
}

/** All of it at once. */
export function hash(content: usize, length: usize): void {
  if (length <= longestShort) {
    hashShort(content, length);
    return;
  }
  beginStripes();
  consume(content, (length - 1) / stripe);
  endStripes(content + length - stripe, length);
}

// Content of more than 240 bytes: eight accumulators of 64 bits take it in stripes of 64 bytes, and are scrambled
// after every block of 16.

function beginStripes(): void {
  stripes = 0;
  // As vectors, as they are loaded: a processor waits where stores and loads differ in width.
  v128.store(accumulators, i64x2(prime32x3, prime64x1));
  v128.store(accumulators, i64x2(prime64x2, prime64x3), 16);
  v128.store(accumulators, i64x2(prime64x4, prime32x2), 32);
  v128.store(accumulators, i64x2(prime64x5, prime32x1), 48);
}

function consume(content: usize, count: usize): void {
  let a = v128.load(accumulators);
  let b = v128.load(accumulators, 16);
  let c = v128.load(accumulators, 32);
  let d = v128.load(accumulators, 48);
  let at = content;
  let left = count;
  while (left > 0) {
    const run = min(left, stripesPerBlock - stripes);
    const runEnd = at + run * stripe;
    let key = seededSecret + stripes * 8;
    for (; at < runEnd; at += stripe) {
      a = accumulate(a, v128.load(at), v128.load(key));
      b = accumulate(b, v128.load(at, 16), v128.load(key, 16));
      c = accumulate(c, v128.load(at, 32), v128.load(key, 32));
      d = accumulate(d, v128.load(at, 48), v128.load(key, 48));
      key += 8;
    }
    left -= run;
    stripes += run;
    if (stripes === stripesPerBlock) {
      stripes = 0;
      a = scramble(a, v128.load(seededSecret, 128));
      b = scramble(b, v128.load(seededSecret, 144));
      c = scramble(c, v128.load(seededSecret, 160));
      d = scramble(d, v128.load(seededSecret, 176));
    }
  }
  v128.store(accumulators, a);
  v128.store(accumulators, b, 16);
  v128.store(accumulators, c, 32);
  v128.store(accumulators, d, 48);
}

function accumulate(accumulator: v128, data: v128, key: v128): v128 {
  const keyed = v128.xor(data, key);
  const swapped = v128.shuffle<u32>(data, data, 2, 3, 0, 1);
  const low = v128.shuffle<u32>(keyed, keyed, 0, 2, 0, 2);
  const high = v128.shuffle<u32>(keyed, keyed, 1, 3, 1, 3);
  const product = i64x2.extmul_low_i32x4_u(low, high);
  return i64x2.add(i64x2.add(accumulator, swapped), product);
}

function scramble(accumulator: v128, key: v128): v128 {
  const mixed = v128.xor(v128.xor(accumulator, i64x2.shr_u(accumulator, 47)), key);
  return i64x2.mul(mixed, i64x2.splat(prime32x1));
}

/** The 64 bytes before `contentEnd`, in front of the buffer: the last stripe may reach back to them. */
function keepLast(contentEnd: usize): void {
  memory.copy(buffer - stripe, contentEnd - stripe, stripe);
}

function endStripes(lastStripe: usize, length: u64): void {
  // The last stripe overlaps those before it and has a place of its own in the secret.
  const key = seededSecret + secretSize - stripe - 7;
  for (let at: usize = 0; at < stripe; at += 16) {
    const data = v128.load(lastStripe + at);
    v128.store(accumulators + at, accumulate(v128.load(accumulators + at), data, v128.load(key + at)));
  }
  const low = merge(seededSecret + 11, length * prime64x1);
  const high = merge(seededSecret + secretSize - stripe - 11, ~(length * prime64x2));
  write(low, high);
}

function merge(key: usize, start: u64): u64 {
  let result = start;
  for (let at: usize = 0; at < stripe; at += 16) {
    result += foldedProduct(
      load<u64>(accumulators + at) ^ load<u64>(key + at),
      load<u64>(accumulators + at, 8) ^ load<u64>(key + at, 8),
    );
  }
  return avalanche(result);
}

// Content of at most 240 bytes: a way of its own for each range of lengths.

function hashShort(content: usize, length: usize): void {
  if (length > 128) hashTo240(content, length);
  else if (length > 16) hashTo128(content, length);
  else if (length > 8) hashTo16(content, length);
  else if (length >= 4) hashTo8(content, length);
  else if (length > 0) hashTo3(content, length);
  else write(avalanche64(seed ^ keyAt(64)), avalanche64(seed ^ keyAt(80)));
}

function hashTo3(content: usize, length: usize): void {
  const first = <u32>load<u8>(content);
  const middle = <u32>load<u8>(content + (length >> 1));
  const last = <u32>load<u8>(content + length - 1);
  const low = (first << 16) | (middle << 24) | last | ((<u32>length) << 8);
  const high = rotl<u32>(bswap<u32>(low), 13);
  write(
    avalanche64(<u64>low ^ (<u64>(load<u32>(secret) ^ load<u32>(secret, 4)) + seed)),
    avalanche64(<u64>high ^ (<u64>(load<u32>(secret, 8) ^ load<u32>(secret, 12)) - seed)),
  );
}

function hashTo8(content: usize, length: usize): void {
  const key = keyAt(16) + (seed ^ ((<u64>bswap<u32>(<u32>seed)) << 32));
  const keyed = key ^ (<u64>load<u32>(content) | ((<u64>load<u32>(content + length - 4)) << 32));
  const factor = prime64x1 + ((<u64>length) << 2);
  let low = keyed * factor;
  const high = productHigh(keyed, factor) + (low << 1);
  low ^= high >> 3;
  low = (low ^ (low >> 35)) * primeMx2;
  write(low ^ (low >> 28), avalanche(high));
}

function hashTo16(content: usize, length: usize): void {
  const lowKey = keyAt(32) - seed;
  const highKey = keyAt(48) + seed;
  const last = load<u64>(content + length - 8);
  const keyed = load<u64>(content) ^ last ^ lowKey;
  const keyedLast = last ^ highKey;
  let low = keyed * prime64x1 + ((<u64>(length - 1)) << 54);
  const high = productHigh(keyed, prime64x1) + keyedLast + (keyedLast & 0xffffffff) * (prime32x2 - 1);
  low ^= bswap<u64>(high);
  write(avalanche(low * prime64x2), avalanche(productHigh(low, prime64x2) + high * prime64x2));
}

function hashTo128(content: usize, length: usize): void {
  let low = <u64>length * prime64x1;
  let high: u64 = 0;
  // In pairs of 16 bytes, from the middle outwards.
  for (let at = (length - 1) & ~31; ; at -= 32) {
    const first = content + (at >> 1);
    const last = content + length - (at >> 1) - 16;
    low = mix(low, first, last, secret + at, seed);
    high = mix(high, last, first, secret + at + 16, seed);
    if (at === 0) break;
  }
  endMixed(low, high, length);
}

function hashTo240(content: usize, length: usize): void {
  let low = <u64>length * prime64x1;
  let high: u64 = 0;
  let at: usize = 0;
  for (; at < 128; at += 32) {
    low = mix(low, content + at, content + at + 16, secret + at, seed);
    high = mix(high, content + at + 16, content + at, secret + at + 16, seed);
  }
  low = avalanche(low);
  high = avalanche(high);
  for (; at + 32 <= length; at += 32) {
    low = mix(low, content + at, content + at + 16, secret + at - 125, seed);
    high = mix(high, content + at + 16, content + at, secret + at - 109, seed);
  }
  const last = content + length - 16;
  low = mix(low, last, last - 16, secret + 103, -seed);
  high = mix(high, last - 16, last, secret + 119, -seed);
  endMixed(low, high, length);
}

/** Mixes 16 bytes at `mixed` into a half of the hash, and those at `added` plainly. */
function mix(half: u64, mixed: usize, added: usize, key: usize, seed: u64): u64 {
  const product = foldedProduct(
    load<u64>(mixed) ^ (load<u64>(key) + seed),
    load<u64>(mixed, 8) ^ (load<u64>(key, 8) - seed),
  );
  return (half + product) ^ (load<u64>(added) + load<u64>(added, 8));
}

function endMixed(low: u64, high: u64, length: usize): void {
  const mixed = low * prime64x1 + high * prime64x4 + (<u64>length - seed) * prime64x2;
  write(avalanche(low + high), -avalanche(mixed));
}

// What all have in common.

function keyAt(at: usize): u64 {
  return load<u64>(secret + at) ^ load<u64>(secret + at, 8);
}

function foldedProduct(a: u64, b: u64): u64 {
  return (a * b) ^ productHigh(a, b);
}

/** The high 64 of the 128 bits of a product. */
function productHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const first = aHigh * bLow;
  const second = aLow * bHigh + ((aLow * bLow) >> 32) + (first & 0xffffffff);
  return aHigh * bHigh + (first >> 32) + (second >> 32);
}

/** XXH3's. */
function avalanche(hash: u64): u64 {
  const mixed = (hash ^ (hash >> 37)) * primeMx1;
  return mixed ^ (mixed >> 32);
}

/** XXH64's. */
function avalanche64(hash: u64): u64 {
  let mixed = (hash ^ (hash >> 33)) * prime64x2;
  mixed = (mixed ^ (mixed >> 29)) * prime64x3;
  return mixed ^ (mixed >> 32);
}

function write(low: u64, high: u64): void {
  store<u64>(digest, bswap<u64>(high));
  store<u64>(digest, bswap<u64>(low), 8);
}
