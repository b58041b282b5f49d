import type { Dockerfile, Instruction } from '../../shared/model/project.ts';
import type {
  LineBytes,
  LineWaste,
  StageDocument,
  VariantDocument,
} from '../../shared/model/project-document.ts';

/** A place in the Dockerfile: the first line of an instruction, and its stage. */
export interface LinePlace {
  readonly stage: number;
  readonly line: number;
}

/** A line of the text. */
export interface TextRow {
  readonly kind: 'text';
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Whether what is shown of it is only its beginning. */
  readonly cut: boolean;
  /** The instruction it is of; undefined of comments, empty lines and what stands before the first FROM. */
  readonly place: LinePlace | undefined;
  /** Of an instruction's first line. */
  readonly keyword: string | undefined;
  readonly bytes: LineBytes | undefined;
  /** Id of the origin that content of the image has from this line; undefined where there is none. */
  readonly origin: string | undefined;
  readonly isBuilt: boolean;
}

/** Before the first line of a stage. */
export interface StageRow {
  readonly kind: 'stage';
  readonly index: number;
  readonly name: string | undefined;
  readonly document: StageDocument | undefined;
  readonly isBuilt: boolean;
}

/** After the instruction that wastes: what it wastes, and what to do about it. */
export interface WasteRow {
  readonly kind: 'waste';
  readonly waste: LineWaste;
  readonly place: LinePlace | undefined;
}

export type DockerfileRow = TextRow | StageRow | WasteRow;

export interface DockerfileRows {
  readonly rows: readonly DockerfileRow[];
  /** Indices of the rows that begin an instruction. */
  readonly instructions: readonly number[];
  /** Most bytes of one line: the length of a full bar. */
  readonly largest: number;
  /** The Dockerfile is not the one that was built: what no longer matches has no figures. */
  readonly isChanged: boolean;
}

/** Of lines that are longer only the beginning is shown. */
const longestText = 2000;

/** The Dockerfile line by line, with what each instruction did in a build; without one, with no figures. */
export function dockerfileRows(dockerfile: Dockerfile, variant: VariantDocument | undefined): DockerfileRows {
  const lines = variant?.lines ?? [];
  const bytesAt = new Map(lines.map((bytes) => [`${bytes.stage}:${bytes.line}`, bytes]));
  const originAt = originByPlace(variant);
  const wasteAfter = wasteByPlace(variant);
  const instructionAt = instructionByLine(dockerfile);
  const stageAt = new Map(dockerfile.stages.map((stage) => [stage.line, stage]));
  const isBuilt = (stage: number) => variant?.stages.find(({ index }) => index === stage)?.built ?? !variant;

  const rows: DockerfileRow[] = [];
  const instructions: number[] = [];
  // A line feed ends a line: there is none behind the last one.
  for (const [index, text] of dockerfile.source
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .entries()) {
    const number = index + 1;
    const stage = stageAt.get(number);
    if (stage) {
      const document = variant?.stages.find((other) => other.index === stage.index);
      rows.push({
        kind: 'stage',
        index: stage.index,
        name: stage.name,
        document,
        isBuilt: isBuilt(stage.index),
      });
    }
    const here = instructionAt.get(number);
    const isFirst = here?.instruction.line === number;
    if (isFirst) instructions.push(rows.length);
    const bytes = isFirst ? bytesAt.get(`${here.stage}:${number}`) : undefined;
    rows.push({
      kind: 'text',
      number,
      text: text.slice(0, longestText),
      cut: text.length > longestText,
      place: here && { stage: here.stage, line: here.instruction.line },
      keyword: isFirst ? here.instruction.keyword : undefined,
      bytes: bytes && matches(bytes, here!.instruction) ? bytes : undefined,
      origin: isFirst ? originAt.get(`${here.stage}:${number}`) : undefined,
      isBuilt: !here || isBuilt(here.stage),
    });
    if (here?.instruction.endLine !== number) continue;
    const place = { stage: here.stage, line: here.instruction.line };
    for (const waste of wasteAfter.get(`${place.stage}:${place.line}`) ?? [])
      rows.push({ kind: 'waste', waste, place });
  }
  return {
    rows,
    instructions,
    largest: Math.max(0, ...lines.map((line) => Math.max(line.added ?? 0, line.contributed ?? 0))),
    isChanged: lines.some((line) => {
      const now = instructionAt.get(line.line);
      return now?.stage !== line.stage || !matches(line, now.instruction);
    }),
  };
}

/** The row an instruction begins with; −1 where there is none. */
export function rowOfPlace({ rows, instructions }: DockerfileRows, place: LinePlace | undefined): number {
  return (
    instructions.find((index) => {
      const row = rows[index]!;
      return row.kind === 'text' && isSamePlace(row.place, place);
    }) ?? -1
  );
}

const page = 10;

/** The row of the instruction that a key goes to from the one at row `active`; undefined of other keys. */
export function rowAfterKey(
  { instructions }: DockerfileRows,
  active: number,
  key: string,
): number | undefined {
  const at = instructions.indexOf(active);
  const last = instructions.length - 1;
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: last,
  };
  const next = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return next === undefined ? undefined : instructions[Math.max(0, Math.min(last, next))];
}

export function isSamePlace(one: LinePlace | undefined, other: LinePlace | undefined): boolean {
  return one !== undefined && one.stage === other?.stage && one.line === other.line;
}

function matches(bytes: LineBytes, { keyword, line, endLine }: Instruction): boolean {
  return bytes.keyword === keyword && bytes.line === line && bytes.endLine === endLine;
}

function instructionByLine({ stages }: Dockerfile) {
  const at = new Map<number, { readonly stage: number; readonly instruction: Instruction }>();
  for (const { index, instructions } of stages) {
    for (const instruction of instructions) {
      for (let line = instruction.line; line <= instruction.endLine; line += 1)
        at.set(line, { stage: index, instruction });
    }
  }
  return at;
}

/** Lines that brought content of several origins have the one they brought most of. */
function originByPlace(variant: VariantDocument | undefined): ReadonlyMap<string, string> {
  const most = new Map<string, { readonly id: string; readonly bytes: number }>();
  for (const { id, lines } of variant?.origins ?? []) {
    for (const { stage, line, bytes } of lines) {
      const place = `${stage}:${line}`;
      if (bytes > (most.get(place)?.bytes ?? 0)) most.set(place, { id, bytes });
    }
  }
  return new Map([...most].map(([place, { id }]) => [place, id]));
}

/** What wastes is named at the instruction that did it; of the base, at the one that stored it. */
function wasteByPlace(variant: VariantDocument | undefined): ReadonlyMap<string, readonly LineWaste[]> {
  return Map.groupBy(variant?.waste?.items ?? [], ({ wastedBy, storedBy }) => {
    const place = wastedBy ?? storedBy;
    return place ? `${place.stage}:${place.line}` : '';
  });
}
