import { eachLine, fieldOf } from './each-line.ts';
import type { RecordText } from './record-text.ts';

const nameKey = Buffer.from('P:');
const versionKey = Buffer.from('V:');

/** apk's database: a letter and a value a line, packages apart by an empty line; F is a directory, R a file in it. */
export function reduceApk(bytes: Buffer, to: RecordText): void {
  to.base = '/';
  let name = '';
  let version: string | undefined;
  let begun = false;
  const begin = () => {
    if (!begun && name !== '') to.package({ name, version });
    begun = true;
  };
  eachLine(bytes, (from, until) => {
    if (from === until) {
      begin();
      name = '';
      version = undefined;
      begun = false;
    } else if (bytes[from + 1] === 0x3a) {
      const key = bytes[from]!;
      if (key === 0x50) name = fieldOf(bytes, from, until, nameKey)!;
      else if (key === 0x56) version = fieldOf(bytes, from, until, versionKey);
      else if (key === 0x46 || key === 0x52) {
        begin();
        if (name === '') return;
        if (key === 0x46) to.directory(bytes, from + 2, until);
        else to.file(bytes, from + 2, until);
      }
    }
  });
  begin();
}
