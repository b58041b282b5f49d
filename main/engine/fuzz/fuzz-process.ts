// One process of the fuzz test: runs its cases in turn and tells of each. Whoever started it watches its time.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../store/open-store.ts';
import { judgeCase, type Verdict } from './judge-case.ts';
import { makeCase } from './make-case.ts';
import { readOriginals, rereadOriginals } from './originals.ts';
import { makeRealLayers } from './real-layers.ts';

export interface FuzzOrder {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** A folder of this process's own; its working folder, home and temporary folder lie in it. */
  readonly root: string;
}

export type FuzzMessage =
  | { readonly kind: 'end' }
  | { readonly kind: 'begin'; readonly number: number; readonly what?: string }
  | (Verdict & { readonly kind: 'done'; readonly number: number; readonly peak: number })
  | { readonly kind: 'defect'; readonly number: number; readonly what: string; readonly error: string };

/** Peak of resident memory of this whole process, bytes. */
const peak = () => process.resourceUsage().maxRSS * 1024;

export async function runOrder(order: FuzzOrder, tell: (message: FuzzMessage) => void): Promise<void> {
  const { root, seed } = order;
  const layers = await makeRealLayers();
  const originals = await readOriginals(layers, join(root, 'input'));
  using store = closing(openStore({ folder: join(root, 'cache') }));
  for (let number = order.from; number < order.to; number += order.step) {
    tell({ kind: 'begin', number });
    let what = 'while it was made';
    try {
      what = await runCase(number);
    } catch (error) {
      tell({ kind: 'defect', number, what, error: (error as Error).stack ?? String(error) });
    }
  }

  try {
    await rereadOriginals(layers, originals, join(root, 'input'), store);
  } catch (error) {
    tell({ kind: 'defect', number: order.to, what: 'the cache after all', error: String(error) });
  }

  async function runCase(number: number): Promise<string> {
    const input = join(root, 'input');
    rmSync(input, { recursive: true, force: true });
    mkdirSync(input);
    const made = await makeCase(layers, seed, number, input);
    try {
      const before = listing(root);
      const verdict = await judgeCase(made, originals, store);
      const after = listing(root);
      if (before !== after) throw new Error(`Files were written: ${after} were ${before}`);
      tell({ kind: 'done', number, ...verdict, peak: peak() });
    } catch (error) {
      tell({ kind: 'defect', number, what: made.what, error: (error as Error).stack ?? String(error) });
    }
    return made.what;
  }
}

/** All there is below the process's folder, its home and temporary folder too, but for its cache. */
function listing(root: string): string {
  const all: string[] = [];
  const folders = [root];
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (folder === root && entry.name === 'cache') continue;
      all.push(path);
      // Not through links: some lead back to where they are.
      if (entry.isDirectory()) folders.push(path);
    }
  }
  return all.sort().join('\n');
}

function closing<T extends { close(): void }>(what: T): T & Disposable {
  return Object.assign(what, { [Symbol.dispose]: () => what.close() });
}

if (process.send) {
  process.once('message', async (order: FuzzOrder) => {
    const tell = (message: FuzzMessage) => process.send!(message);
    await runOrder(order, tell);
    tell({ kind: 'end' });
    process.disconnect();
  });
}
