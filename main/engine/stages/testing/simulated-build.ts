import { createHash } from 'node:crypto';
import type { StageBase } from '../../../../shared/model/project.ts';
import type { Filesystem } from '../../filesystem/filesystem.ts';
import { mergeLayers } from '../../filesystem/merge-layers.ts';
import { file, hardlink, type Item, layerOf, whiteout } from '../../filesystem/testing/layer-of.ts';
import type { CopyInstruction } from '../../project/copy-instructions.ts';
import type { LayerOwner } from '../attribute-layers.ts';
import type { StageImage } from '../trace-stage.ts';

/** What a builder would do, file by file, remembering of each where it is from: slow, and with nothing of the tracer in it. */
export interface Content {
  readonly bytes: string;
  /** The layer that stored it. */
  readonly layer: string;
  /** The stage that was being built; undefined of a base's. */
  readonly stage: number | undefined;
  readonly from:
    | { readonly kind: 'base'; readonly reference: string }
    | { readonly kind: 'context' }
    | { readonly kind: 'own'; readonly line: number }
    /** The same content again, at the same path of the same stage. */
    | { readonly kind: 'copy-up'; readonly of: Content }
    | { readonly kind: 'copied'; readonly stage: number; readonly of: Content };
}

type Files = ReadonlyMap<string, Content>;

export type Step =
  | { readonly kind: 'write'; readonly path: string; readonly bytes: string }
  | { readonly kind: 'chmod'; readonly path: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly to: string };

export type Instruction =
  | { readonly kind: 'run'; readonly steps: readonly Step[] }
  | {
      readonly kind: 'copy';
      /** Undefined: the context. Else counted back from the stage itself. */
      readonly back: number | undefined;
      readonly source: string;
      readonly destination: string;
    };

export interface StagePlan {
  /** A base image by number, or an earlier stage counted back; undefined: scratch. */
  readonly base: { readonly image: number } | { readonly back: number } | undefined;
  readonly instructions: readonly Instruction[];
}

export interface BuildPlan {
  readonly context: Readonly<Record<string, string>>;
  readonly bases: readonly Readonly<Record<string, string>>[];
  readonly stages: readonly StagePlan[];
}

export interface SimulatedStage {
  readonly image: StageImage;
  readonly base: StageBase;
  readonly files: Files;
  readonly layers: readonly string[];
}

/** Builds every stage of a plan: images for the tracer, and the truth beside them. */
export function simulateBuild({ context, bases, stages }: BuildPlan): {
  readonly stages: readonly SimulatedStage[];
  readonly context: Filesystem;
} {
  const built: SimulatedStage[] = [];
  for (const [index, plan] of stages.entries())
    built.push(buildStage(index, plan, { context, bases }, built));
  return { stages: built, context: mergeLayers([named('context', itemsOf(context))]) };
}

function itemsOf(files: Readonly<Record<string, string>>): Item[] {
  return Object.entries(files).map(([path, content]) => file(path, content));
}

function named(name: string, items: readonly Item[]) {
  return { ...layerOf(...items), diffId: `sha256:${createHash('sha256').update(name).digest('hex')}` };
}

function buildStage(
  index: number,
  plan: StagePlan,
  { context, bases }: Omit<BuildPlan, 'stages'>,
  built: readonly SimulatedStage[],
): SimulatedStage {
  const layers: { name: string; items: Item[]; owner: LayerOwner | undefined }[] = [];
  let files = new Map<string, Content>();
  let base: StageBase = { kind: 'scratch' };
  const below = plan.base && 'back' in plan.base ? built[index - 1 - plan.base.back] : undefined;
  if (below) {
    base = { kind: 'stage', index: below.image.index };
    files = new Map(below.files);
  } else if (plan.base && 'image' in plan.base && bases.length > 0) {
    const number = plan.base.image % bases.length;
    const reference = `base${number}`;
    base = { kind: 'image', reference };
    const items = itemsOf(bases[number]!);
    layers.push({
      name: reference,
      items,
      owner: { kind: 'base', reference, stage: index, line: index * 100 },
    });
    for (const [path, bytes] of Object.entries(bases[number]!)) {
      files.set(path, { bytes, layer: reference, stage: undefined, from: { kind: 'base', reference } });
    }
  }
  plan.instructions.forEach((instruction, at) => {
    const line = index * 100 + at + 1;
    const name = `${index}-${at}`;
    const before = new Map(files);
    let copy: CopyInstruction | undefined;
    if (instruction.kind === 'run') {
      run(files, instruction.steps, { layer: name, stage: index, line });
      keepCopyUps(before, files, name);
    } else {
      const from = instruction.back === undefined ? undefined : built[index - 1 - instruction.back];
      const source: Files =
        from?.files ??
        new Map(
          Object.entries(context).map(([path, bytes]) => [
            path,
            { bytes, layer: 'context', stage: undefined, from: { kind: 'context' } } satisfies Content,
          ]),
        );
      for (const [path, of] of copied(source, instruction)) {
        files.set(path, {
          bytes: of.bytes,
          layer: name,
          stage: index,
          from: from ? { kind: 'copied', stage: from.image.index, of } : { kind: 'context' },
        });
      }
      copy = {
        keyword: 'COPY',
        from: from && { kind: 'stage', index: from.image.index },
        sources: [instruction.source],
        fetches: false,
        heredocs: [],
        destination: instruction.destination,
        parents: false,
      };
    }
    const owner: LayerOwner = {
      kind: 'instruction',
      stage: index,
      line,
      endLine: line,
      ...(copy && { copy }),
    };
    layers.push({ name, items: layerItems(before, files, name), owner });
  });
  const own = layers.map(({ name, items }) => named(name, items));
  const indexes = [...(below?.image.filesystem.layers ?? []), ...own];
  return {
    base,
    files,
    layers: [...(below?.layers ?? []), ...layers.map(({ name }) => name)],
    image: {
      index,
      name: String(index),
      line: index * 100,
      base,
      filesystem: mergeLayers(indexes),
      owners: [...(below?.image.owners ?? []), ...layers.map(({ owner }) => owner)],
    },
  };
}

function run(
  files: Map<string, Content>,
  steps: readonly Step[],
  { layer, stage, line }: { readonly layer: string; readonly stage: number; readonly line: number },
): void {
  const written = (bytes: string): Content => ({ bytes, layer, stage, from: { kind: 'own', line } });
  /** What overlay filesystems do before they change a file: all its names but this one keep the lower one. */
  const copyUp = (path: string): Content | undefined => {
    const content = files.get(path);
    if (!content || content.layer === layer) return content;
    const fresh = written(content.bytes);
    files.set(path, fresh);
    return fresh;
  };
  for (const step of steps) {
    if (step.kind === 'write') files.set(step.path, written(step.bytes));
    else if (step.kind === 'remove') files.delete(step.path);
    else if (step.kind === 'chmod') copyUp(step.path);
    else {
      const content = copyUp(step.to);
      if (content && step.path !== step.to) files.set(step.path, content);
    }
  }
}

/** What the layer stores again at its path keeps where it is from: by the smallest of such names. */
function keepCopyUps(before: Files, files: Map<string, Content>, layer: string): void {
  const replaced = new Map<Content, Content>();
  for (const path of [...files.keys()].sort()) {
    const content = files.get(path)!;
    const of = before.get(path);
    if (content.layer !== layer || replaced.has(content) || !of || of.bytes !== content.bytes) continue;
    replaced.set(content, { ...content, from: { kind: 'copy-up', of } });
  }
  for (const [path, content] of files) files.set(path, replaced.get(content) ?? content);
}

/** Pairs of destination and what is copied there. */
function copied(
  source: Files,
  { source: from, destination }: Extract<Instruction, { kind: 'copy' }>,
): [string, Content][] {
  const into = destination.replace(/\/$/, '');
  const all = [...source].sort(([a], [b]) => (a < b ? -1 : 1));
  if (from.endsWith('/*')) {
    const folder = from.slice(0, -2);
    return all.flatMap(([path, content]): [string, Content][] => {
      if (!path.startsWith(`${folder}/`)) return [];
      const [first, ...rest] = path.slice(folder.length + 1).split('/');
      // Of a directory that matches its content is copied, of a file itself.
      return [[`${into}/${rest.length > 0 ? rest.join('/') : first}`, content]];
    });
  }
  const exact = source.get(from);
  if (exact) return [[destination.endsWith('/') ? destination + from.split('/').at(-1) : destination, exact]];
  const folder = from === '/' ? '' : from;
  return all
    .filter(([path]) => path.startsWith(`${folder}/`))
    .map(([path, content]) => [into + path.slice(folder.length), content]);
}

/** What the layer's tar holds: whiteouts, and each new content at its first name, then hard links to it. */
function layerItems(before: Files, after: Files, layer: string): Item[] {
  const items: Item[] = [...before.keys()].filter((path) => !after.has(path)).map((path) => whiteout(path));
  const stored = new Map<Content, string>();
  for (const [path, content] of after) {
    if (content.layer !== layer || before.get(path) === content) continue;
    const first = stored.get(content);
    if (first === undefined) stored.set(content, path);
    items.push(first === undefined ? file(path, content.bytes) : hardlink(path, first));
  }
  return items;
}
