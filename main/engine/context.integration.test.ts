import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLayer } from './archive/testing/build-layer.ts';
import { type BuildEngine, originsOf, startBuildEngine } from './testing/build-engine.ts';

let engine: BuildEngine;
beforeAll(async () => {
  engine = await startBuildEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

const alpine = 'alpine:3.20';

describe('what is copied from the context', () => {
  it('is traced to it line by line: directories, wildcards, several sources, other owners', async () => {
    const files = {
      Dockerfile: [
        `FROM ${alpine}`,
        'ARG DIR=lib',
        'ENV TARGET=/srv',
        'WORKDIR $TARGET/app',
        'COPY main.sh package-*.json ./',
        'COPY --chown=1000:1000 $DIR lib',
        'COPY ["with space.txt", "/renamed.txt"]',
        'COPY . /all',
        'ADD lib/a.txt lib/deep /added/',
        '',
      ].join('\n'),
      '.dockerignore': 'secret\n',
      'main.sh': '#!/bin/sh\n',
      'package-1.json': '{ "one": 1 }',
      'package-2.json': '{ "two": 2 }',
      'lib/a.txt': 'a in lib',
      'lib/deep/b.txt': 'b in lib/deep',
      'with space.txt': 'a space',
      secret: 'not sent',
    };
    await engine.withBuild(files, async ({ variant, originOf }) => {
      expect(await originOf('/srv/app/main.sh')).toBe('context line 5 exact, through 0');
      expect(await originOf('/srv/app/package-2.json')).toBe('context line 5 exact, through 0');
      expect(await originOf('/srv/app/lib/deep/b.txt')).toBe('context line 6 exact, through 0');
      expect(await originOf('/renamed.txt')).toBe('context line 7 exact, through 0');
      expect(await originOf('/all/lib/a.txt')).toBe('context line 8 exact, through 0');
      expect(await originOf('/all/.dockerignore')).toBe('context line 8 exact, through 0');
      expect(await originOf('/all/secret')).toBeUndefined();
      expect(await originOf('/added/b.txt')).toBe('context line 9 exact, through 0');
      expect(variant().origins!.map(({ id }) => id)).toEqual([`base:${alpine}`, 'context']);
      expect(variant().origins![1]!.lines.map(({ rule }) => rule)).toEqual(Array(5).fill('exact'));
    });
  });

  it('may be called like a marker of a layer', async () => {
    const files = {
      Dockerfile: `FROM ${alpine}\nCOPY names/.wh.a /plain\nCOPY names/b /b\n`,
      'names/.wh.a': 'no marker here',
      'names/.wh..wh..opq': 'nor here',
      'names/a': 'a',
      'names/b': 'b',
    };
    await engine.withBuild(files, async ({ originOf }) => {
      expect(await originOf('/plain')).toBe('context line 2 exact, through 0');
      expect(await originOf('/b')).toBe('context line 3 exact, through 0');
    });
  });

  it('is what it was when it was sent, whatever becomes of the folder', async () => {
    const files = {
      Dockerfile: `FROM ${alpine}\nCOPY a /a\nFROM scratch\nCOPY --from=0 /a /b\n`,
      a: 'as it was sent',
    };
    await engine.withBuild(files, async ({ originOf }, folder) => {
      await writeFile(`${folder}/a`, 'something else');
      await engine.restart();
      await engine.api.call('project.result', { folder });
      expect(await originOf('/b')).toBe('context line 2 exact, through 0 1');
    });
  });

  it('is said to be untraced where the context is too much to be indexed', async () => {
    // As deep as a path of Linux may be, and deeper than the index takes.
    const deep = Array(1100).fill('d').join('/');
    const files = { Dockerfile: 'FROM scratch\nCOPY a /a\nADD a /b\n', a: 'a', [`${deep}/b`]: 'b' };
    await engine.withBuild(files, async ({ originOf, result }) => {
      expect(result.document.warnings).toMatchObject([{ code: 'context-unknown' }]);
      expect(await originOf('/a')).toBe('untraced line 2 null, through 0');
      expect(await originOf('/b')).toBe('untraced line 3 null, through 0');
    });
  });
});

describe('what ADD makes', () => {
  it('is its own where it unpacks an archive, and the context’s where it only copies', async () => {
    const files = {
      Dockerfile: 'FROM scratch\nADD files.tar plain.txt /out/\n',
      'files.tar': await buildLayer([
        { path: 'dir/' },
        { path: 'dir/inside.txt', content: 'in the archive' },
      ]),
      'plain.txt': 'plain',
    };
    await engine.withBuild(files, async ({ variant, originOf }) => {
      expect(await originOf('/out/dir/inside.txt')).toBe('stage:0 line 2 exact, through 0');
      expect(await originOf('/out/plain.txt')).toBe('context line 2 exact, through 0');
      expect(originsOf(variant())).toEqual({ 'stage:0': '14 from 2 exact', context: '5 from 2 exact' });
    });
  });

  it('is its own where it fetches', async () => {
    const server = createServer((_, response) => response.end('fetched'));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as { port: number };
    const files = {
      Dockerfile: `FROM scratch\nADD http://127.0.0.1:${port}/a.txt local.txt /out/\n`,
      'local.txt': 'local',
    };
    try {
      await engine.withBuild(files, async ({ originOf }) => {
        expect(await originOf('/out/a.txt')).toBe('stage:0 line 2 exact, through 0');
        expect(await originOf('/out/local.txt')).toBe('context line 2 exact, through 0');
      });
    } finally {
      server.close();
    }
  });
});
