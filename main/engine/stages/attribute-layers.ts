import { posix } from 'node:path';
import type { Dockerfile, Stage } from '../../../shared/model/project.ts';
import type { BaseLayers } from '../docker/base-layers.ts';
import type { CopyInstruction } from '../project/copy-instructions.ts';

/** Where a layer of a built image comes from, at the level of a layer. */
export type LayerOwner =
  | { readonly kind: 'base'; readonly reference: string; readonly stage: number; readonly line: number }
  | {
      readonly kind: 'instruction';
      readonly stage: number;
      readonly line: number;
      readonly endLine: number;
      /** Of a COPY or ADD, `unknown` where what it does cannot be told. Undefined of anything else. */
      readonly copy?: CopyInstruction | 'unknown';
      /** Made by an ONBUILD of the base: `line` is the FROM. */
      readonly trigger?: true;
    };

/**
 * What makes layers on a base, in order. BuildKit makes one layer for every RUN, COPY and ADD, empty ones included, and
 * for a WORKDIR to anything but `/` (dockerfile2llb; measured on 20.10 and 29).
 */
interface Maker {
  readonly owner: LayerOwner;
  /** Undefined: a trigger of the base, of which only the count is known. */
  readonly keyword?: string;
  /** Where a WORKDIR leads; undefined where that depends on what stands before it. */
  readonly folder?: string | undefined;
}

/**
 * Tells for each layer of an image, bottom first, which instruction of the Dockerfile made it. `undefined` where
 * that cannot be told.
 *
 * `base` is what `FROM REF` alone builds to; undefined when it could not be had: then nothing is said of any layer, as
 * position alone proves nothing. Above it come the layers of its ONBUILD, which belong to the FROM line, then those of
 * the stages that lie on one another. All of these assignments that the history allows are looked at, and a layer has an
 * owner where they agree.
 */
export function attributeLayers(
  layers: readonly { readonly diffId: string; readonly createdBy?: string | undefined }[],
  dockerfile: Dockerfile,
  stageIndex: number,
  base: Pick<BaseLayers, 'diffIds' | 'triggers'> | undefined,
): (LayerOwner | undefined)[] {
  const chain = stageChain(dockerfile, stageIndex);
  const root = chain[0];
  const startsWithBase = base?.diffIds.every((diffId, index) => layers[index]?.diffId === diffId);
  if (!root || !base || !startsWithBase) return layers.map(() => undefined);

  const reference = root.base.kind === 'image' ? root.base.reference : 'scratch';
  const ofBase: LayerOwner = { kind: 'base', reference, stage: root.index, line: root.line };
  const made = layers.slice(base.diffIds.length);
  const makers = [
    ...Array.from({ length: base.triggers }, (): Maker => ({ owner: triggerOwner(root) })),
    ...makersOf(chain, dockerfile.escape),
  ];
  return [...base.diffIds.map(() => ofBase), ...agreedMakers(made, makers).map((maker) => maker?.owner)];
}

/** The stage and those it stands on, the lowest first. */
export function stageChain(dockerfile: Dockerfile, stageIndex: number): Stage[] {
  const chain: Stage[] = [];
  for (let stage = dockerfile.stages[stageIndex]; stage; ) {
    chain.unshift(stage);
    // A stage can only stand on an earlier one; anything else would loop.
    stage =
      stage.base.kind === 'stage' && stage.base.index < stage.index
        ? dockerfile.stages[stage.base.index]
        : undefined;
  }
  return chain;
}

function makersOf(chain: readonly Stage[], escapeCharacter: string): Maker[] {
  return chain.flatMap((stage, place) => {
    const below = chain[place - 1]?.instructions ?? [];
    const triggers = below.filter(({ keyword }) => keyword === 'ONBUILD');
    return [
      ...triggers.flatMap(({ text }) =>
        makerOf(triggerOwner(stage), text.replace(/^\s*onbuild\s+/i, ''), escapeCharacter),
      ),
      ...stage.instructions.flatMap(({ text, line, endLine }) =>
        makerOf({ kind: 'instruction', stage: stage.index, line, endLine }, text, escapeCharacter),
      ),
    ];
  });
}

/** The owner of what an ONBUILD makes that the stage starts with. */
function triggerOwner({ index, line, endLine, instructions }: Stage): LayerOwner {
  const from = instructions[0] ?? { line, endLine };
  return { kind: 'instruction', stage: index, line: from.line, endLine: from.endLine, trigger: true };
}

/** None where the instruction makes no layer. */
function makerOf(owner: LayerOwner, text: string, escapeCharacter: string): Maker[] {
  const keyword = firstWord(text.trimStart()).toUpperCase();
  if (!['RUN', 'COPY', 'ADD', 'WORKDIR'].includes(keyword)) return [];
  const folder = keyword === 'WORKDIR' ? literalFolder(text, escapeCharacter) : undefined;
  return folder === '/' ? [] : [{ owner, keyword, folder }];
}

/** Where a WORKDIR leads, when it is written as it is. */
function literalFolder(text: string, escapeCharacter: string): string | undefined {
  const folder = text.trim().replace(/^\S+\s+/, '');
  const plain = folder.startsWith('/') && !/["'$\n]/.test(folder) && !folder.includes(escapeCharacter);
  return plain ? posix.resolve(folder) : undefined;
}

/** Whether the instruction may have left no layer, as a `WORKDIR $HOME` does that turns out to be the root. */
function mayMakeNone({ keyword, folder }: Maker): boolean {
  return keyword === 'WORKDIR' && folder === undefined;
}

/** The maker that each layer has in all assignments that keep the order and fit the history; undefined without one. */
function agreedMakers(
  layers: readonly { readonly createdBy?: string | undefined }[],
  makers: readonly Maker[],
): (Maker | undefined)[] {
  const fits = layers.map(({ createdBy }) => makers.map((maker) => fitsHistory(createdBy, maker)));
  const rows = layers.length;
  const columns = makers.length;
  const table = () => Array.from({ length: rows + 1 }, () => new Array<boolean>(columns + 1).fill(false));
  /** Whether the first `row` layers can be those of the first `column` makers; and all after these, those after. */
  const before = table();
  const after = table();
  for (let row = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++) {
      before[row]![column] =
        (row === 0 && column === 0) ||
        (column > 0 && mayMakeNone(makers[column - 1]!) && before[row]![column - 1]!) ||
        (row > 0 && column > 0 && fits[row - 1]![column - 1]! && before[row - 1]![column - 1]!);
    }
  }
  for (let row = rows; row >= 0; row--) {
    for (let column = columns; column >= 0; column--) {
      after[row]![column] =
        (row === rows && column === columns) ||
        (column < columns && mayMakeNone(makers[column]!) && after[row]![column + 1]!) ||
        (row < rows && column < columns && fits[row]![column]! && after[row + 1]![column + 1]!);
    }
  }
  return layers.map((_, row) => {
    const possible = makers.filter(
      (_, column) => before[row]![column]! && fits[row]![column]! && after[row + 1]![column + 1]!,
    );
    return possible.length === 1 ? possible[0] : undefined;
  });
}

/** Whether the history lets this be the layer's maker. It has no flags and replaces variables, so words are not compared. */
function fitsHistory(createdBy: string | undefined, { keyword, folder }: Maker): boolean {
  if (keyword === undefined) return true;
  if (createdBy === undefined || firstWord(createdBy) !== keyword) return false;
  return folder === undefined || createdBy === `WORKDIR ${folder}`;
}

function firstWord(text: string): string {
  return /^\S*/.exec(text)![0];
}
