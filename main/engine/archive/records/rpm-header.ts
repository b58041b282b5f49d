import type { RecordText } from './record-text.ts';

// docs: rpm.org, "RPM V4 Package Format", headers as a database has them: without their magic.
const Tag = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  arch: 1022,
  directoryIndexes: 1116,
  baseNames: 1117,
  directoryNames: 1118,
} as const;
const entryBytes = 16;

interface Field {
  readonly offset: number;
  readonly count: number;
}

/** One package, with its files. Throws for a header that is cut off. */
export function reduceRpmHeader(header: Buffer, to: RecordText): void {
  const count = header.readUInt32BE(0);
  const data = 8 + count * entryBytes;
  if (data > header.length) throw new Error('The header of a package is cut off');
  const fields = new Map<number, Field>();
  for (let at = 8; at < data; at += entryBytes) {
    fields.set(header.readUInt32BE(at), {
      offset: data + header.readUInt32BE(at + 8),
      count: header.readUInt32BE(at + 12),
    });
  }
  const text = (tag: number) => {
    const field = fields.get(tag);
    return field && header.toString('utf8', field.offset, endOfText(header, field.offset));
  };
  const name = text(Tag.name);
  // Keys of those who sign are kept as packages.
  if (!name || name === 'gpg-pubkey') return;
  const epoch = fields.get(Tag.epoch);
  const version = [text(Tag.version), text(Tag.release)].filter(Boolean).join('-');
  to.package({
    name,
    version: epoch ? `${header.readUInt32BE(epoch.offset)}:${version}` : version,
    architecture: text(Tag.arch),
  });
  reduceFiles(header, fields, to);
}

/** Names, and of each the number of its directory. */
function reduceFiles(header: Buffer, fields: ReadonlyMap<number, Field>, to: RecordText): void {
  const names = fields.get(Tag.baseNames);
  const indexes = fields.get(Tag.directoryIndexes);
  const directories = fields.get(Tag.directoryNames);
  if (!names || !indexes || !directories) return;
  // Directory d is the text from ends[d] + 1 to ends[d + 1].
  const ends = [directories.offset - 1];
  for (let left = directories.count; left > 0 && ends.at(-1)! + 1 < header.length; left--) {
    ends.push(endOfText(header, ends.at(-1)! + 1));
  }
  let name = names.offset;
  const most = Math.min(names.count, indexes.count);
  for (let file = 0; file < most && name < header.length; file++) {
    const end = endOfText(header, name);
    const directory = header.readUInt32BE(indexes.offset + file * 4);
    const directoryEnd = ends[directory + 1];
    if (directoryEnd !== undefined && to.directory(header, ends[directory]! + 1, directoryEnd)) {
      to.file(header, name, end);
    }
    name = end + 1;
  }
}

/** Where the NUL that ends a text is. */
function endOfText(header: Buffer, start: number): number {
  const end = header.indexOf(0, start);
  return end < 0 ? header.length : end;
}
