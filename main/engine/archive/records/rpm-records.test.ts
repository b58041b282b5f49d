import { describe, expect, it } from 'vitest';
import {
  berkeleyDatabase,
  ndbDatabase,
  type RpmPackage,
  rpmHeader,
  sqliteDatabase,
} from '../testing/rpm-databases.ts';
import { RecordText } from './record-text.ts';
import { reduceRpm } from './rpm-records.ts';

function reduced(database: Buffer): string[] {
  const text = new RecordText();
  reduceRpm(database, text);
  return Buffer.from(text.finish()).toString().slice(0, -1).split('\n');
}

const packages: RpmPackage[] = [
  { name: 'bash', version: '5.2', release: '3.fc40', files: ['/usr/bin/bash', '/usr/bin/sh', '/etc/bashrc'] },
  { name: 'gpg-pubkey', files: ['/key'] },
  { name: 'vim', epoch: 2, files: ['/usr/bin/vim'], padding: 30_000 },
  { name: 'meta', arch: 'noarch' },
];
const expected = [
  'pbash\t5.2-3.fc40\t\tx86_64',
  'd/usr/bin/',
  'fbash',
  'fsh',
  'd/etc/',
  'fbashrc',
  'pvim\t2:1-2\t\tx86_64',
  'd/usr/bin/',
  'fvim',
  'pmeta\t1-2\t\tnoarch',
];
const formats: [name: string, make: (headers: readonly Uint8Array[]) => Buffer][] = [
  ['SQLite', sqliteDatabase],
  ['SQLite with large pages', (headers) => sqliteDatabase(headers, 65536)],
  ['SQLite with small pages', (headers) => sqliteDatabase(headers, 512)],
  ['ndb', ndbDatabase],
  ['Berkeley DB', berkeleyDatabase],
  ['Berkeley DB of the other byte order', (headers) => berkeleyDatabase(headers, false)],
];

describe.each(formats)('a database of rpm in %s', (_, make) => {
  it('tells packages and their files', () => {
    expect(reduced(make(packages.map(rpmHeader)))).toEqual(expected);
  });

  it('is read in all its pages', () => {
    const many = Array.from({ length: 100 }, (_, number) => ({
      name: `p${number}`,
      files: [`/usr/share/p${number}/file`],
      padding: number * 50,
    }));
    const names = reduced(make(many.map(rpmHeader))).filter((line) => line.startsWith('p'));
    expect(names).toEqual(many.map(({ name }) => `p${name}\t1-2\t\tx86_64`));
  });

  it('is refused or read in bounded time where it is cut off or changed anywhere', () => {
    const sound = make(packages.map(rpmHeader));
    const before = performance.now();
    for (let at = 0; at < sound.length; at += at < 4096 ? 3 : 97) {
      const byte = sound[at]!;
      for (const [length, value] of [
        [at, byte],
        [sound.length, 0xff],
        [sound.length, 0],
      ] as const) {
        sound[at] = value;
        try {
          expect(reduced(sound.subarray(0, length)).length).toBeLessThan(sound.length);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }
      sound[at] = byte;
    }
    expect(performance.now() - before).toBeLessThan(15_000);
  }, 20_000);
});

it('does not believe a tree that leads to itself, nor rows that share their pages', () => {
  const sound = sqliteDatabase(Array.from({ length: 60 }, () => rpmHeader({ name: 'a', padding: 9000 })));
  const interior = [...Array(sound.length / 4096).keys()].find(
    (page) => page > 0 && sound[page * 4096] === 5,
  )!;
  const cyclic = Buffer.from(sound);
  cyclic.writeUInt32BE(interior + 1, interior * 4096 + 8);
  expect(() => reduced(cyclic)).toThrow('twice');
});
