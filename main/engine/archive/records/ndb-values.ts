// rpm's lib/backend/ndb/rpmpkg.c: a page of 4 KiB has slots of 16 bytes, of which the header takes the first two; each
// leads to a blob by its number of blocks of 16 bytes. Numbers are little-endian.
const blockBytes = 16;
const slotsOfPage = 4096 / blockBytes;
const headerSlots = 2;

/** The package headers of an ndb `Packages.db`. Throws where one lies outside. */
export function* ndbValues(bytes: Buffer): Generator<Buffer> {
  const slots = bytes.readUInt32LE(12) * slotsOfPage;
  const end = Math.min(slots * blockBytes, bytes.length - blockBytes + 1);
  // Slots that share a blob would make much of little.
  let left = bytes.length;
  for (let at = headerSlots * blockBytes; at < end; at += blockBytes) {
    if (bytes.toString('latin1', at, at + 4) !== 'Slot') throw new Error('A slot is damaged');
    if (bytes.readUInt32LE(at + 4) === 0) continue;
    const blob = bytes.readUInt32LE(at + 8) * blockBytes;
    if (bytes.toString('latin1', blob, blob + 4) !== 'BlbS') throw new Error('A blob is damaged');
    const length = bytes.readUInt32LE(blob + 12);
    const start = blob + blockBytes;
    left -= length;
    if (start + length > bytes.length || left < 0) throw new Error('A blob lies outside');
    yield bytes.subarray(start, start + length);
  }
}
