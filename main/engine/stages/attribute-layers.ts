import type { Dockerfile, Instruction, Stage } from '../../../shared/model/project.ts';
import type { CopyInstruction } from '../project/copy-instructions.ts';

/** Where a layer of a built image comes from, at the level of a layer. */
export type LayerOwner =
  | { readonly kind: 'base'; readonly reference: string; readonly stage: number; readonly line: number }
  | {
      readonly kind: 'instruction';
      readonly stage: number;
      readonly line: number;
      readonly endLine: number;
      /** Of a COPY or ADD. Undefined of anything else, and where what it does cannot be told. */
      readonly copy?: CopyInstruction;
      /** Made by an ONBUILD of the base: `line` is the FROM. */
      readonly trigger?: true;
    };

/** The instructions that can make a layer. The others only change the image's config. */
const layerMaking = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

interface Candidate {
  readonly stage: Stage;
  readonly instruction: Instruction;
}

/**
 * Tells for each layer of an image, bottom first, which instruction of the Dockerfile made it. `undefined` where
 * that cannot be told.
 *
 * `baseDiffIds` are what `FROM REF` alone builds to; undefined when they could not be had: then nothing is said of
 * any layer, as position alone proves nothing. The layers above are held against the instructions of the stages
 * that lie on one another, in order: an instruction may have left no layer, and layers without an instruction
 * are ONBUILD's, which belong to the FROM line.
 */
export function attributeLayers(
  layers: readonly { readonly diffId: string; readonly createdBy?: string }[],
  dockerfile: Dockerfile,
  stageIndex: number,
  baseDiffIds: readonly string[] | undefined,
): (LayerOwner | undefined)[] {
  const chain = stageChain(dockerfile, stageIndex);
  const root = chain[0];
  const startsWithBase = baseDiffIds?.every((diffId, index) => layers[index]?.diffId === diffId);
  if (!root || !baseDiffIds || !startsWithBase) return layers.map(() => undefined);

  const reference = root.base.kind === 'image' ? root.base.reference : 'scratch';
  const base: LayerOwner = { kind: 'base', reference, stage: root.index, line: root.line };
  const made = layers.slice(baseDiffIds.length);
  return [...baseDiffIds.map(() => base), ...ownersOf(made, chain)];
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

function ownersOf(
  layers: readonly { readonly createdBy?: string }[],
  chain: readonly Stage[],
): (LayerOwner | undefined)[] {
  const candidates: Candidate[] = chain.flatMap((stage) =>
    stage.instructions
      .filter((instruction) => layerMaking.has(instruction.keyword))
      .map((instruction) => ({ stage, instruction })),
  );
  const matches = align(layers, candidates);
  let current = chain[0]!;
  return layers.map((_, index) => {
    const match = matches[index];
    if (match) {
      current = match.stage;
      const { line, endLine } = match.instruction;
      return { kind: 'instruction', stage: match.stage.index, line, endLine };
    }
    // Only a run of unmatched layers right after the base is ONBUILD's; a gap further up is not understood.
    const onBuild = matches.slice(0, index).every((earlier) => earlier === undefined);
    if (!onBuild || matches.every((other) => other === undefined)) return undefined;
    return {
      kind: 'instruction',
      stage: current.index,
      line: current.line,
      endLine: current.line,
      trigger: true,
    };
  });
}

/**
 * The best order-keeping assignment of instructions to layers: as many layers as possible, and among those the one
 * whose texts agree most. Small tables: a Dockerfile has tens of instructions.
 */
function align(
  layers: readonly { readonly createdBy?: string }[],
  candidates: readonly Candidate[],
): (Candidate | undefined)[] {
  const rows = layers.length;
  const columns = candidates.length;
  const width = columns + 1;
  const best = new Int32Array((rows + 1) * width);
  const scores = new Int32Array(rows * columns);
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const score = similarity(layers[row]!.createdBy, candidates[column]!.instruction);
      scores[row * columns + column] = score;
      best[row * width + column] = Math.max(
        best[(row + 1) * width + column]!,
        best[row * width + column + 1]!,
        score > 0 ? score + best[(row + 1) * width + column + 1]! : 0,
      );
    }
  }
  const result: (Candidate | undefined)[] = new Array(rows).fill(undefined);
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    const score = scores[row * columns + column]!;
    const here = best[row * width + column]!;
    if (score > 0 && here === score + best[(row + 1) * width + column + 1]!) {
      result[row++] = candidates[column++];
    } else if (here === best[row * width + column + 1]!) {
      column++;
    } else {
      row++;
    }
  }
  return result;
}

/** 0 where the instruction cannot have made the layer; more the surer it did. */
function similarity(createdBy: string | undefined, instruction: Instruction): number {
  if (createdBy === undefined) return 0;
  const made = normalise(createdBy);
  const written = normalise(instruction.text);
  if (firstWord(made) !== instruction.keyword) return 0;
  if (made === written) return 4;
  const rest = written.slice(written.indexOf(' ') + 1);
  return made.endsWith(rest) || made.includes(rest) ? 3 : 2;
}

/**
 * History and Dockerfile in one notation. BuildKit writes `RUN |1 VERSION=1 /bin/sh -c go build # buildkit`, the
 * classic builder `/bin/sh -c #(nop) COPY …` and, for RUN, the bare command.
 */
function normalise(text: string): string {
  const oneLine = text
    .replace(/[\\`]\r?\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/ # buildkit$/, '');
  const classic = oneLine.replace(/^\/bin\/sh -c #\(nop\) +/, '');
  if (classic !== oneLine) return upperKeyword(classic);
  if (oneLine.startsWith('/bin/sh -c ')) return `RUN ${oneLine.slice('/bin/sh -c '.length)}`;
  return upperKeyword(oneLine.replace(/^(RUN) (?:\|\d+ .*?)?\/bin\/sh -c /, '$1 '));
}

function upperKeyword(text: string): string {
  const word = firstWord(text);
  return word.toUpperCase() + text.slice(word.length);
}

function firstWord(text: string): string {
  const end = text.indexOf(' ');
  return end < 0 ? text : text.slice(0, end);
}
