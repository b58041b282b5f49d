import { expect } from 'vitest';
import type { Api } from '../../../shared/api/contract.ts';
import type { BuildResult } from '../../../shared/model/build.ts';
import type { FileFilter } from '../../../shared/model/file-filter.ts';
import { causes } from '../../../shared/model/image-document.ts';
import type { VariantDocument } from '../../../shared/model/project-document.ts';

/** Holds what filters let through of a build's images against what its document says of them. */
export async function expectFiltersReconciled(api: Api, result: BuildResult): Promise<void> {
  for (const variant of result.document.variants) {
    const handle = result.handles[variant.name];
    if (handle === undefined || !variant.origins) continue;
    await expectVariant(api, handle, variant);
    for (const [index, stage] of Object.entries(result.stages[variant.name] ?? {})) {
      const { shared, reached, leftBehind, live } = variant.stages.find(
        (each) => each.index === Number(index),
      )!;
      const ofFate = async (fate: NonNullable<FileFilter['fate']>) =>
        (await sums(api, stage, { fate })).bytes;
      expect([await ofFate('shared'), await ofFate('reached'), await ofFate('leftBehind')]).toEqual([
        shared,
        reached,
        leftBehind,
      ]);
      expect((await sums(api, stage, {})).bytes).toBe(live);
    }
  }
}

async function expectVariant(api: Api, handle: string, variant: VariantDocument): Promise<void> {
  for (const { id, bytes, files } of variant.origins!) {
    expect(await sums(api, handle, { origin: id })).toEqual({ bytes, files });
  }
  for (const { from, to, bytes } of variant.flows!) {
    expect((await sums(api, handle, { flow: { from, to } })).bytes).toBe(bytes);
  }
  for (const { stage, line, contributed, live, wasted } of variant.lines) {
    const filter = { line: { stage, line } };
    // Also what it made and a later line stored again, and the other way round.
    const { bytes } = await sums(api, handle, filter);
    expect(bytes).toBeGreaterThanOrEqual(contributed ?? 0);
    const isOwnStage = stage === variant.stages.at(-1)!.index;
    if (!isOwnStage) continue;
    expect(bytes).toBeGreaterThanOrEqual(live ?? 0);
    const waste = await sums(api, handle, { ...filter, causes: [...causes] });
    expect(waste.bytes).toBeGreaterThanOrEqual(wasted ?? 0);
  }
}

async function sums(api: Api, handle: string, filter: FileFilter): Promise<{ bytes: number; files: number }> {
  const { directory } = await api.call('files.list', { handle, path: '/', filter, offset: 0, limit: 1 });
  const { bytes } = await api.call('files.treemap', { handle, path: '/', filter, tiles: 10 });
  expect(bytes).toBe(directory.bytes);
  return { bytes, files: directory.files };
}
