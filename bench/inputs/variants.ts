import type { LayerIndex } from '../../main/engine/archive/layer-index.ts';
import type { CopyInstruction } from '../../main/engine/project/copy-instructions.ts';
import type { LayerOwner } from '../../main/engine/stages/attribute-layers.ts';
import { type IndexedFile, layerIndex } from './layer-index.ts';

/** A stage of a Dockerfile: its layers, and who made them. */
export interface BenchStage {
  readonly index: number;
  readonly name: string;
  /** Of its FROM; every line of the stage makes a layer. */
  readonly line: number;
  readonly base: { readonly kind: 'image'; readonly reference: string };
  readonly layers: readonly LayerIndex[];
  readonly owners: readonly LayerOwner[];
}

/** All in one stage. */
export const singleDockerfile = `FROM debian:bookworm
RUN install-toolchain
COPY / /src/
RUN make
RUN chown -R 1000 /app
`;

/** A stage that builds, and one that copies from it. */
export const multiDockerfile = `FROM debian:bookworm AS builder
RUN install-toolchain
COPY / /src/
RUN make

FROM debian:bookworm AS final
COPY --from=builder /usr/local/lib /usr/local/lib
COPY --from=builder /out /app/
COPY --from=builder /out/t0 /srv/assets/
RUN chown -R 1000 /app
COPY / /etc/app/
`;

/** What these build. */
export interface BenchBuilds {
  readonly single: BenchStage;
  readonly builder: BenchStage;
  readonly final: BenchStage;
  readonly context: LayerIndex;
}

const reference = 'debian:bookworm';
const base = { kind: 'image', reference } as const;

/**
 * Three images of so many files each: a distribution with its packages, sources, a toolchain, what was built. The last
 * stage takes the toolchain's libraries and the build from the first one and gives them another owner; the single stage
 * has a toolchain of its own, of which one file in ten is another.
 */
export function variantsOf(files: number): BenchBuilds {
  const share = (part: number) => Math.round(files * part);
  const system = packaged(share(0.35));
  const context = tree('/', share(0.1), 10_000_000);
  const sources = moved(context, '/', '/src/');
  const toolchain = tree('/usr/local/lib/', share(0.4), 20_000_000);
  const built = tree('/out/', share(0.15), 30_000_000);
  const rewritten = toolchain
    .slice(0, share(0.05))
    .map((file) => ({ ...file, content: file.content + 5_000_000 }));
  const chowned = (all: readonly IndexedFile[]) => all.map((file) => ({ ...file, uid: 1000 }));
  const app = moved(built, '/out/', '/app/');

  const debian = layerIndex('debian', system);
  const run = { kind: 'run' } as const;
  const builder = stage(0, 'builder', 1, [
    [debian, 'base'],
    [layerIndex('toolchain', toolchain), run],
    [layerIndex('sources', sources), copy(undefined, '/', '/src/')],
    [layerIndex('build', [...built, ...rewritten]), run],
  ]);
  const libraries = [...rewritten, ...toolchain.slice(rewritten.length)];
  const final = stage(1, 'final', 6, [
    [debian, 'base'],
    [layerIndex('libraries', libraries), copy(0, '/usr/local/lib', '/usr/local/lib')],
    [layerIndex('app', app), copy(0, '/out', '/app/')],
    // One in twenty lies elsewhere there: only its content tells.
    [layerIndex('assets', scattered(built, share(0.05))), copy(0, '/out/t0', '/srv/assets/')],
    [layerIndex('chown', chowned(app)), run],
    [layerIndex('settings', moved(context, '/', '/etc/app/')), copy(undefined, '/', '/etc/app/')],
  ]);
  const other = toolchain.map((file, at) =>
    at % 10 === 0 ? { ...file, content: file.content + 7_000_000 } : file,
  );
  const single = stage(0, 'single', 1, [
    [debian, 'base'],
    [layerIndex('other toolchain', other), run],
    [layerIndex('other sources', sources), copy(undefined, '/', '/src/')],
    [layerIndex('other build', app), run],
    [layerIndex('other chown', chowned(app)), run],
  ]);
  return { single, builder, final, context: layerIndex('context', context) };
}

type Made = readonly [LayerIndex, 'base' | { readonly kind: 'run' } | CopyInstruction];

function stage(index: number, name: string, line: number, made: readonly Made[]): BenchStage {
  const owners = made.map(([, how], at): LayerOwner => {
    if (how === 'base') return { kind: 'base', reference, stage: index, line };
    const owner = { kind: 'instruction', stage: index, line: line + at, endLine: line + at } as const;
    return 'keyword' in how ? { ...owner, copy: how } : owner;
  });
  return { index, name, line, base, layers: made.map(([layer]) => layer), owners };
}

function copy(from: number | undefined, source: string, destination: string): CopyInstruction {
  return {
    keyword: 'COPY',
    from: from === undefined ? undefined : { kind: 'stage', index: from },
    sources: [source],
    fetches: false,
    heredocs: [],
    destination,
    parents: false,
  };
}

const filesPerDirectory = 40;
const directoriesPerFolder = 20;
const endings = ['.js', '.ts', '.py', '.so', '.json', '.md', '.h', '.txt'];

/** Files below a directory whose path ends in a slash, two folders deep; their contents are numbered from there on. */
function tree(below: string, count: number, firstContent: number): IndexedFile[] {
  return Array.from({ length: count }, (_, at) => {
    const directory = Math.floor(at / filesPerDirectory);
    const folder = `t${Math.floor(directory / directoriesPerFolder)}/d${directory % directoriesPerFolder}`;
    const name = `file-${(at % filesPerDirectory).toString().padStart(2, '0')}${endings[at % endings.length]}`;
    return { path: `${below}${folder}/${name}`, content: firstContent + at };
  });
}

/** The same files below another directory. */
function moved(files: readonly IndexedFile[], from: string, to: string): IndexedFile[] {
  return files.map((file) => ({ ...file, path: to + file.path.slice(from.length) }));
}

/** Some of the files, from all over, under other names. */
function scattered(files: readonly IndexedFile[], count: number): IndexedFile[] {
  const step = Math.max(1, Math.floor(files.length / count));
  return Array.from({ length: count }, (_, at) => {
    const { content } = files[(at * step) % files.length]!;
    return { path: `/srv/assets/part-${Math.floor(at / filesPerDirectory)}/asset-${at}.bin`, content };
  });
}

/** A distribution: every directory of files is a package, as dpkg records them. */
function packaged(count: number): IndexedFile[] {
  const files = tree('/usr/share/', count, 1_000_000);
  const lists: IndexedFile[] = [];
  const status: string[] = [];
  for (let first = 0; first < files.length; first += filesPerDirectory) {
    const name = `package-${first / filesPerDirectory}`;
    const paths = files.slice(first, first + filesPerDirectory).map(({ path }) => path);
    const directory = paths[0]!.slice(0, paths[0]!.lastIndexOf('/'));
    status.push(`Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.${first}\n`);
    const text = `/.\n/usr\n/usr/share\n${[directory, ...paths].join('\n')}\n`;
    lists.push({ path: `/var/lib/dpkg/info/${name}.list`, content: 2_000_000 + first, text });
  }
  const state = { path: '/var/lib/dpkg/status', content: 3_000_000, text: status.join('\n') };
  return [...files, ...lists.toSorted((a, b) => (a.path < b.path ? -1 : 1)), state];
}
