import { type RecordedPackage, RecordTag } from '../archive/records/record-text.ts';

/** Takes the lines of a record in their order; paths as text[start … end]. */
export interface RecordReader {
  package?(found: RecordedPackage): void;
  directory?(text: Buffer, start: number, end: number): void;
  file?(text: Buffer, start: number, end: number): void;
  tree?(text: Buffer, start: number, end: number): void;
}

const newLine = 0x0a;

export function readRecord(text: Buffer, reader: RecordReader): void {
  let start = 0;
  for (let end = text.indexOf(newLine); end >= 0; end = text.indexOf(newLine, start)) {
    const from = start + 1;
    switch (text[start]) {
      case RecordTag.Package: {
        const [name = '', version, development, architecture] = text.toString('utf8', from, end).split('\t');
        reader.package?.({
          name,
          version: version || undefined,
          development: development === '1',
          architecture,
        });
        break;
      }
      case RecordTag.Directory:
        reader.directory?.(text, from, end);
        break;
      case RecordTag.File:
        reader.file?.(text, from, end);
        break;
      case RecordTag.Tree:
        reader.tree?.(text, from, end);
        break;
    }
    start = end + 1;
  }
}

/** The first package of a record that is about one. */
export function recordedPackage(text: Buffer): RecordedPackage | undefined {
  let first: RecordedPackage | undefined;
  readRecord(text, {
    package: (found) => {
      first ??= found;
    },
  });
  return first;
}
