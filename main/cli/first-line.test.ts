import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildOciArchive } from '../engine/archive/testing/build-archive.ts';
import { writeBigArchive } from '../engine/reader/testing/big-archive.ts';
import { temporaryFolder } from '../engine/testing/real-engine.ts';
import { runProgram } from './program.ts';
import { testTerminal } from './testing/terminal.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let small: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  small = join(folder.path, 'small.tar');
  const layers = [[{ path: 'a', content: 'a' }], [{ path: 'b', content: 'b' }]];
  await writeFile(small, await buildOciArchive([{ names: ['app:1'], layers }]));
});
afterAll(() => folder[Symbol.asyncDispose]());

async function analyze(args: readonly string[], isTTY = false) {
  const terminal = testTerminal({ isTTY });
  const signal = new AbortController().signal;
  const status = await runProgram(['analyze', '--no-cache-store', ...args], { terminal, signal });
  return { status, out: terminal.out(), err: terminal.err() };
}

const line = /^app:1 {2}linux\/amd64 {2}2 layers {2}[\d.]+ kB in the archive$/m;

it('comes before the layers are read', async () => {
  const path = join(folder.path, 'long.tar');
  await writeBigArchive(path, { name: 'long', files: 1, zeros: 10e9, noDigest: true });
  const terminal = testTerminal();
  const controller = new AbortController();
  const stdout = {
    write: (text: string) => {
      terminal.stdout.write(text);
      controller.abort();
    },
  };
  const began = performance.now();
  const status = await runProgram(['analyze', '--no-cache-store', path], {
    terminal: { ...terminal, stdout },
    signal: controller.signal,
  });
  console.info(`the first line, and a cancellation, took ${(performance.now() - began).toFixed(0)} ms`);
  expect(status).toBe(130);
  expect(terminal.out()).toBe('long:1  linux/amd64  1 layer  10 GB in the archive\n');
}, 60_000);

it('is the first of what is for people, whoever reads it', async () => {
  for (const isTTY of [false, true]) {
    const { status, out } = await analyze([small], isTTY);
    expect(status).toBe(0);
    expect(out.split('\n')[0]).toMatch(line);
  }
});

it('goes beside the document only where somebody looks on', async () => {
  const piped = await analyze(['--json', small]);
  expect(piped).toMatchObject({ status: 0, err: '' });
  const seen = await analyze(['--json', small], true);
  expect(JSON.parse(seen.out)).toEqual(JSON.parse(piped.out));
  expect(seen.err).toMatch(/app:1 {2}linux\/amd64 {2}2 layers {2}[\d.]+ kB in the archive\n/);
  expect((await analyze(['--json', '--quiet', small], true)).err).toBe('');
});
