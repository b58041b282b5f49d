import { inflateRawSync } from 'node:zlib';
import { eachLine, fieldOf } from './each-line.ts';
import type { RecordedPackage, RecordText } from './record-text.ts';

// PKWARE's APPNOTE.TXT, 4.3.7: the header before each file of an archive.
const headerBytes = 30;
const stored = 0;
const deflated = 8;
/** Size and checksum stand behind the content: flag 8. */
const isStreamed = 8;

/** What is looked at of an archive: its manifest is among the first files (JAR File Specification). */
export const javaHeadBytes = 64 * 1024;
const firstFiles = 4;
const manifestName = 'META-INF/MANIFEST.MF';

const keys = {
  title: Buffer.from('Implementation-Title:'),
  version: Buffer.from('Implementation-Version:'),
  bundleVersion: Buffer.from('Bundle-Version:'),
};

/**
 * An archive by its name, `NAME-1.2.jar`, or where that has no version by its manifest, given what the archive begins
 * with. `path` has a character a byte.
 */
export function reduceJava(head: Buffer, to: RecordText, path: string): void {
  const file = Buffer.from(path.slice(path.lastIndexOf('/') + 1), 'latin1').toString();
  const [, name = '', version] = /^(.*?)(?:-(\d.*))?\.[^.]*$/s.exec(file) ?? [];
  to.package(version === undefined ? { name, version, ...manifestPackage(head) } : { name, version });
}

/** What the manifest says; one that cannot be read, and one without a version, says nothing. */
function manifestPackage(head: Buffer): Partial<RecordedPackage> {
  const manifest = manifestOf(head);
  if (!manifest) return {};
  let title: string | undefined;
  let version: string | undefined;
  let bundleVersion: string | undefined;
  eachLine(manifest, (start, end) => {
    // What follows an empty line is about single files.
    if (start === end) return true;
    title ??= fieldOf(manifest, start, end, keys.title);
    version ??= fieldOf(manifest, start, end, keys.version);
    bundleVersion ??= fieldOf(manifest, start, end, keys.bundleVersion);
    return false;
  });
  const found = version || bundleVersion;
  if (!found) return {};
  // A title may be a sentence: then the file's name says more.
  return title && /^[\w.-]+$/.test(title) ? { name: title, version: found } : { version: found };
}

function manifestOf(head: Buffer): Buffer | undefined {
  let at = 0;
  for (let file = 0; file < firstFiles && at + headerBytes <= head.length; file++) {
    if (head.toString('latin1', at, at + 4) !== 'PK\x03\x04') return undefined;
    const method = head.readUInt16LE(at + 8);
    const size = head.readUInt32LE(at + 18);
    const name = at + headerBytes;
    const nameEnd = name + head.readUInt16LE(at + 26);
    const content = nameEnd + head.readUInt16LE(at + 28);
    if (head.toString('latin1', name, nameEnd) === manifestName) {
      if (method === stored) return head.subarray(content, content + size);
      return method === deflated ? inflated(head.subarray(content)) : undefined;
    }
    if (head.readUInt16LE(at + 6) & isStreamed) return undefined;
    at = content + size;
  }
  return undefined;
}

function inflated(bytes: Buffer): Buffer | undefined {
  try {
    return inflateRawSync(bytes, { maxOutputLength: javaHeadBytes });
  } catch {
    return undefined;
  }
}
