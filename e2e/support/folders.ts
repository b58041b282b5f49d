import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const examples = resolve(import.meta.dirname, '../../examples');

/** An empty folder, and how to remove it. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'layerscope-e2e-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A copy of an example below a folder, for a spec to change. */
export async function copyExample(name: string, below: string): Promise<string> {
  const folder = join(below, name);
  await cp(join(examples, name), folder, { recursive: true });
  return folder;
}
