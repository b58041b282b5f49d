import { createHash } from 'node:crypto';
import type { ArchiveFile } from '../archive/testing/build-archive.ts';
import { mutateBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** Values a document may have anywhere, as text: some are not what JSON.stringify could write. */
const hostileValues = [
  'null',
  'true',
  '0',
  '-1',
  '1e999',
  '9007199254740993',
  '""',
  '"x"',
  '[]',
  '{}',
  '[null]',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '"../../../../etc/passwd"',
  '"/etc/passwd"',
  '"manifest.json"',
  '"index.json"',
  '"."',
  '"blobs/sha256/../../index.json"',
  '"\\u0000"',
  '"\\ud800"',
  '"\\u001b[2J"',
  `"sha256:${'0'.repeat(64)}"`,
  `"sha512:${'0'.repeat(128)}"`,
  `"sha256:${'A'.repeat(64)}"`,
  '"sha256:../../x"',
  deep(100),
  deep(2000),
  `[${'0,'.repeat(5000)}0]`,
  `"${'x'.repeat(100_000)}"`,
  `{${Array.from({ length: 1000 }, (_, key) => `"${key}":"v"`).join(',')}}`,
];

/** Changes one JSON document of an archive's files; `redigest` names it, and what names it, by its new digest. */
export function mutateJson(
  files: readonly ArchiveFile[],
  random: Random,
): { readonly files: ArchiveFile[]; readonly what: string; readonly redigested: boolean } {
  const documents = files.filter(
    ({ content }) => content && content[0] !== undefined && '{['.includes(String.fromCharCode(content[0])),
  );
  const document = random.pick(documents);
  const { text, what } = mutateDocument(document.content!, random);
  const redigested = random.chance(0.7);
  const changed = files.map((file) => (file === document ? { ...file, content: text } : file));
  return {
    files: redigested ? redigest(changed, document.path) : changed,
    what: `${document.path}: ${what}${redigested ? ', with a digest that fits' : ''}`,
    redigested,
  };
}

function mutateDocument(content: Buffer, random: Random): { text: Buffer; what: string } {
  const root = parse(content);
  if (root === undefined || random.chance(0.15)) {
    const { bytes, what } = mutateBytes(content, random);
    return { text: bytes, what };
  }
  const places = placesOf(root);
  const place = random.pick(places);
  const marker = '\u0001here\u0001';
  switch (random.below(7)) {
    case 0: {
      const twice = random.between(2, 300);
      const list = places.find(({ value }) => Array.isArray(value) && value.length > 0)?.value as
        | Json[]
        | undefined;
      if (!list) break;
      const own = [...list];
      for (let count = 1; count < twice; count += 1) list.push(...own);
      return { text: Buffer.from(JSON.stringify(root)), what: `a list ${twice} times` };
    }
    case 1:
      if (!place.holder) break;
      if (Array.isArray(place.holder)) place.holder.splice(Number(place.key), 1);
      else delete place.holder[place.key];
      return { text: Buffer.from(JSON.stringify(root)), what: `no ${place.key}` };
    case 2: {
      const other = random.pick(places);
      if (!place.holder) break;
      (place.holder as Record<string, Json>)[place.key] = structuredClone(other.value);
      return { text: Buffer.from(JSON.stringify(root)), what: `${place.key} is what ${other.key} is` };
    }
    case 3: {
      // A key given twice: JSON.stringify cannot write it.
      const text = JSON.stringify(root);
      const at = text.indexOf('{') + 1;
      const key = JSON.stringify(
        random.pick(['Config', 'Layers', 'rootfs', 'manifests', '__proto__', 'config']),
      );
      const twice = `${text.slice(0, at)}${key}:${random.pick(hostileValues)},${text.slice(at)}`;
      return { text: Buffer.from(at > 0 ? twice : text), what: `${key} given first` };
    }
  }
  const value = random.pick(hostileValues);
  if (!place.holder) return { text: Buffer.from(value), what: `all of it is ${value.slice(0, 60)}` };
  (place.holder as Record<string, Json>)[place.key] = marker;
  const text = JSON.stringify(root).replace(JSON.stringify(marker), () => value);
  return { text: Buffer.from(text), what: `${place.key} is ${value.slice(0, 60)}` };
}

/** Undefined where it was damaged before. */
function parse(content: Buffer): Json | undefined {
  try {
    return JSON.parse(content.toString()) as Json;
  } catch {
    return undefined;
  }
}

interface Place {
  readonly holder: Json[] | { [key: string]: Json } | undefined;
  readonly key: string;
  readonly value: Json;
}

function placesOf(root: Json): Place[] {
  const places: Place[] = [{ holder: undefined, key: 'root', value: root }];
  for (const { value } of places) {
    if (value === null || typeof value !== 'object') continue;
    for (const [key, inner] of Object.entries(value)) places.push({ holder: value, key, value: inner });
  }
  return places;
}

/** Gives a file the name its content asks for, and goes on with the documents that named it. */
export function redigest(files: readonly ArchiveFile[], path: string): ArchiveFile[] {
  let all = [...files];
  const todo = [path];
  for (let steps = 0; todo.length > 0 && steps < 20; steps += 1) {
    const file = all.find((candidate) => candidate.path === todo[0]);
    todo.shift();
    const old = file && /[0-9a-f]{64}/.exec(file.path)?.[0];
    if (!file?.content || !old) continue;
    const digest = createHash('sha256').update(file.content).digest('hex');
    const renamed = { ...file, path: file.path.replace(old, digest) };
    all = all.map((other) => {
      if (other === file) return renamed;
      if (!other.content?.includes(old) || !/json$|^blobs/.test(other.path)) return other;
      if (other.content[0] !== 0x7b && other.content[0] !== 0x5b) return other;
      todo.push(other.path);
      return {
        ...other,
        content: Buffer.from(other.content.toString('latin1').replaceAll(old, digest), 'latin1'),
      };
    });
  }
  return all;
}
