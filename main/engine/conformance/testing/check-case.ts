import { expect } from 'vitest';
import type { FileRow } from '../../../../shared/model/files.ts';
import { type Cause, causes, type ImageDocument } from '../../../../shared/model/image-document.ts';
import { compressed, type TestImage } from '../../archive/testing/build-archive.ts';
import { buildLayer, type TestEntry } from '../../archive/testing/build-layer.ts';
import { expectReconciled } from '../../report/testing/expect-reconciled.ts';
import { temporaryFolder } from '../../testing/real-engine.ts';
import { type Analyzed, analyze, failure } from './analyze.ts';
import { type Form, forms, writeForm } from './containers.ts';

/** What a stack of layers is to give. Everything that is left out is not looked at, but sums always are. */
export interface Expected {
  /** Every live path but the root: `file 5`, `file of /a`, `directory 700`, `symlink → b`, `fifo`. */
  readonly tree?: Readonly<Record<string, string>>;
  /** Attributes of paths. */
  readonly rows?: Readonly<Record<string, Partial<FileRow>>>;
  readonly live?: number;
  readonly stored?: number;
  readonly duplicates?: number;
  readonly files?: number;
  /** All reclaimable bytes, by cause; causes that are left out are 0. */
  readonly causes?: Partial<Record<Cause, number>>;
  /** Of each layer: added, modified, removed. */
  readonly changes?: readonly (readonly [added: number, modified: number, removed: number])[];
  /** Of each layer: stored and live bytes. */
  readonly weights?: readonly (readonly [stored: number, live: number])[];
  /** `PATH BYTES CAUSE LAYER>HIDDEN_BY`, in the document's order. */
  readonly waste?: readonly string[];
  /** `CODE: part of the message` of all warnings there are; none where left out. */
  readonly warnings?: readonly string[];
}

export interface Case {
  readonly name: string;
  /** Bottom first. */
  readonly layers: readonly (readonly TestEntry[] | Buffer)[];
  readonly expected: Expected;
}

/** Holds the stack, in every form in which an image can be stored, against what it is to give. */
export async function checkCase(
  { layers, expected }: Case,
  storedAs: readonly Form[] = forms,
): Promise<void> {
  const tars = await Promise.all(
    layers.map((layer) => (Buffer.isBuffer(layer) ? layer : buildLayer(layer as readonly TestEntry[]))),
  );
  const image: TestImage = { names: ['case:1'], layers: tars };
  await using folder = await temporaryFolder();
  let first: Analyzed | undefined;
  for (const form of storedAs) {
    const { path } = await writeForm(folder.path, form, [image]);
    const found = await analyze({ path });
    const { document } = found;
    if (!first) {
      first = found;
      expectReconciled(document);
      expectAsExpected(found, expected);
    }
    expect(found.tree, form.name).toEqual(first.tree);
    expect(withoutCompressed(document), form.name).toEqual(withoutCompressed(first.document));
    expect(
      document.image.layers.map(({ tar }) => tar),
      form.name,
    ).toEqual(tars.map((tar) => tar.length));
    const blobs = tars.map((tar) => (form.layers === 'none' ? null : compressed(tar, form.layers).length));
    expect(
      document.image.layers.map((layer) => layer.compressed),
      form.name,
    ).toEqual(blobs);
  }
}

/** Holds that a layer is refused in every form, and by which words. */
export async function checkRefused(layer: Buffer, code: string, words: string): Promise<void> {
  await using folder = await temporaryFolder();
  for (const form of forms) {
    const image = { layers: [await buildLayer([{ path: 'below', content: 'fine' }]), layer] };
    const { path } = await writeForm(folder.path, form, [image]);
    const { code: found, message } = await failure({ path });
    expect({ code: found, message }, form.name).toEqual({ code, message: expect.stringContaining(words) });
  }
}

function expectAsExpected({ document, tree }: Analyzed, expected: Expected): void {
  const { image, warnings } = document;
  const { layers, sizes } = image;
  const found: { -readonly [K in keyof Expected]: unknown } = {
    tree: Object.fromEntries(Object.entries(tree).map(([path, row]) => [path, describe(row)])),
    live: sizes.live,
    stored: sizes.stored,
    duplicates: sizes.duplicates,
    files: image.files,
    changes: layers.map(({ added, modified, removed }) => [added, modified, removed]),
    weights: layers.map(({ stored, live }) => [stored, live]),
    waste: image.waste?.items.map(
      ({ path, bytes, cause, layer, hiddenBy }) => `${path} ${bytes} ${cause} ${layer}>${hiddenBy}`,
    ),
  };
  const { rows = {}, causes: byCause, warnings: words = [], ...exact } = expected;
  expect(Object.fromEntries(Object.keys(exact).map((key) => [key, found[key as keyof Expected]]))).toEqual(
    exact,
  );
  for (const [path, row] of Object.entries(rows)) {
    const own = Object.keys(row).map((key) => [key, tree[path]?.[key as keyof FileRow]]);
    expect(Object.fromEntries(own), path).toEqual(row);
  }
  if (byCause) {
    const all = Object.fromEntries(causes.map((cause) => [cause, byCause[cause] ?? 0]));
    expect(image.reclaimableByCause).toEqual(all);
  }
  expect(warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual(
    words.map((text) =>
      expect.stringMatching(
        new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(': ', ': .*')}`),
      ),
    ),
  );
}

function describe({ kind, bytes, mode, target, sameAs }: FileRow): string {
  if (sameAs !== undefined) return `${kind} of ${sameAs}`;
  if (kind === 'file') return `file ${bytes}`;
  if (kind === 'directory') return mode === 0o755 ? kind : `directory ${mode.toString(8)}`;
  return kind === 'symlink' ? `symlink → ${target}` : kind;
}

/** Of two forms of one image all is equal but what the compression takes. */
function withoutCompressed({ image, ...rest }: ImageDocument) {
  return {
    ...rest,
    image: {
      ...image,
      sizes: { ...image.sizes, compressed: undefined },
      layers: image.layers.map((layer) => ({ ...layer, compressed: undefined })),
    },
  };
}
