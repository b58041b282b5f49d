import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LayerIndex } from '../archive/layer-index.ts';
import { encodeLayerIndex } from './layer-index-codec.ts';
import { openStore } from './open-store.ts';
import { bigLayer } from './testing/big-layer.ts';

const kills = 50;
/** Room for about twelve of the layers, so that some are always dropped. */
const maxBytes = 32 * 2 ** 20;
const log = () => join(folder, 'layerscope.db-wal');
const numbers = Array.from({ length: 40 }, (_, number) => number);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-killed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Writer {
  readonly child: ChildProcess;
  /** What it said. */
  marks: string;
}

/** A writer that waits to begin: the next one starts while what the last one left is looked at. */
function startWriter(first: number): Writer {
  const script = join(import.meta.dirname, 'testing', 'write-layers.ts');
  const child = spawn(process.execPath, ['--no-warnings', script, folder, String(first), String(maxBytes)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const writer = { child, marks: '' };
  child.stdout!.setEncoding('latin1').on('data', (text: string) => {
    writer.marks += text;
  });
  return writer;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(1);
}

/** Lets it write for a moment and kills it; whether that was in the middle of a transaction. */
async function killWhileWriting(writer: Writer, moment: number): Promise<boolean> {
  await until(() => writer.marks.includes('ready'));
  writer.child.stdin!.write('.');
  // The first transaction makes the tables, or looks whether they are there.
  await until(() => writer.marks.includes(')('));
  await wait(moment);
  const closed = new Promise((done) => writer.child.once('close', done));
  writer.child.kill('SIGKILL');
  await closed;
  return writer.marks.endsWith('(');
}

function isWhatWasPut(index: LayerIndex, number: number): boolean {
  const expected = encodeLayerIndex(bigLayer(number));
  return encodeLayerIndex(index).every((block, at) => Buffer.compare(block, expected[at]!) === 0);
}

/** What is there is sound, and each layer what was put; how many there are. */
function expectSound(): number {
  const database = new DatabaseSync(join(folder, 'layerscope.db'));
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  const orphans = database.prepare(
    'SELECT count(*) AS count FROM layer_blocks WHERE layer NOT IN (SELECT id FROM layers)',
  );
  expect(orphans.get()).toEqual({ count: 0 });
  database.close();
  expect(existsSync(log())).toBe(false);

  const store = openStore({ folder, maxBytes });
  const there = numbers.filter((number) => store.layers.has(`sha256:${number}`));
  for (const number of there) expect(isWhatWasPut(store.layers.get(`sha256:${number}`)!, number)).toBe(true);
  expect(store.layers.info().layers).toBe(there.length);
  expect(store.layers.info().bytes).toBeLessThanOrEqual(maxBytes);
  store.close();
  return there.length;
}

it('is sound after a process was killed at any moment of writing', { timeout: 120_000 }, async () => {
  let inTransaction = 0;
  let logsLeft = 0;
  let most = 0;
  let writer = startWriter(0);
  try {
    for (let kill = 0; kill < kills; kill++) {
      if (await killWhileWriting(writer, Math.random() * 40)) inTransaction++;
      if (existsSync(log())) logsLeft++;
      writer = startWriter((kill * 7) % numbers.length);
      most = Math.max(most, expectSound());
    }
  } finally {
    writer.child.kill('SIGKILL');
  }
  // Otherwise nothing was tried.
  expect(inTransaction).toBeGreaterThan(kills / 5);
  expect(logsLeft).toBeGreaterThan(kills / 5);
  expect(most).toBeGreaterThan(5);
  // Room is used again; the log is cut.
  expect(statSync(join(folder, 'layerscope.db')).size).toBeLessThan(2 * maxBytes);
});

it('is sound while two processes write and a third one reads', { timeout: 120_000 }, async () => {
  const writers = [startWriter(0), startWriter(20)];
  let reads = 0;
  try {
    await until(() => writers.every(({ marks }) => marks.includes('ready')));
    for (const { child } of writers) child.stdin!.write('.');
    await until(() => writers.every(({ marks }) => marks.includes(')()(')));
    const store = openStore({ folder, maxBytes });
    for (let round = 0; round < 10; round++) {
      for (const number of numbers) {
        const index = store.layers.get(`sha256:${number}`);
        if (!index) continue;
        reads++;
        expect(isWhatWasPut(index, number)).toBe(true);
      }
      // Lets the writers' marks in.
      await wait(1);
    }
    store.close();
    expect(writers.map(({ child }) => child.exitCode)).toEqual([null, null]);
  } finally {
    const closed = writers.map(({ child }) => new Promise((done) => child.once('close', done)));
    for (const { child } of writers) child.kill('SIGKILL');
    await Promise.all(closed);
  }
  expect(reads).toBeGreaterThan(20);
  expectSound();
});
