import type { Dockerfile, Instruction, Stage } from '../../../shared/model/project.ts';
import { canonicalReference } from './image-reference.ts';

/** Where in the Dockerfile a step comes from: the stage's index, and lines from 1, both inclusive. */
export interface StepLocation {
  readonly stage: number;
  readonly line: number;
  readonly endLine: number;
}

/** A vertex name of BuildKit's Dockerfile frontend: `[linux/amd64 builder  3/12] RUN make`. */
export interface StepName {
  /** Undefined in a Dockerfile of one stage. */
  readonly stage: string | undefined;
  /** From 1; over `total` when an ONBUILD of the base added steps. */
  readonly index: number;
  readonly total: number;
  readonly keyword: string;
  readonly text: string;
}

/** Reads `[STAGE N/M] TEXT`; undefined for the engine's own steps (`[internal] …`, `exporting to image`). */
export function parseStepName(name: string): StepName | undefined {
  const match = /^\[(?:(\S+) )?(?:(\S+) )? *(\d+)\/(\d+)\] (\S+)([\s\S]*)$/.exec(name);
  if (!match) return undefined;
  const [, first, second, index, total, keyword = '', rest = ''] = match;
  // One word before the numbers is a platform or a stage; a stage's name has no slash.
  const stage = second ?? (first?.includes('/') ? undefined : first);
  return {
    stage,
    index: Number(index),
    total: Number(total),
    keyword: keyword.toUpperCase(),
    text: `${keyword}${rest}`,
  };
}

/**
 * The instruction a BuildKit vertex runs. BuildKit numbers, in each stage, the FROM of an image and every RUN, COPY,
 * ADD and WORKDIR (dockerfile2llb; measured on 20.10), and writes the instruction with its variables replaced. Number
 * and text are both read; where they disagree (an ONBUILD of the base shifts the numbers) the text decides, and
 * what stays open is undefined, never a guess.
 */
export function locateStep(name: string, dockerfile: Dockerfile): StepLocation | undefined {
  const step = parseStepName(name);
  if (!step) return locateImageOfCopy(name, dockerfile);

  const found = locateInStage(step, dockerfile) ?? locateShared(step, dockerfile);
  if (!found) return undefined;
  const { line, endLine } = found.instruction;
  return { stage: found.stage.index, line, endLine };
}

interface Candidate {
  readonly stage: Stage;
  readonly instruction: Instruction;
  /** As BuildKit numbers it, from 1. */
  readonly number: number;
}

function candidatesOf(stages: readonly Stage[]): Candidate[] {
  return stages.flatMap((stage) =>
    numbered(stage).map((instruction, position) => ({ stage, instruction, number: position + 1 })),
  );
}

function locateInStage(step: StepName, dockerfile: Dockerfile): Candidate | undefined {
  const candidates = candidatesOf(stagesNamed(step.stage, dockerfile));
  const ofKeyword = candidates.filter(({ instruction }) => instruction.keyword === step.keyword);
  // A stage has one FROM, so its text needs no comparing: newer engines add a digest to it.
  const sameText =
    step.keyword === 'FROM'
      ? ofKeyword
      : ofKeyword.filter(({ instruction }) => textMatches(step.text, instruction, dockerfile.escape));
  const sameNumber = sameText.filter(
    ({ number, stage }) => number === step.index && numbered(stage).length === step.total,
  );
  return only(sameNumber) ?? only(sameText);
}

/**
 * Two builds at the same time share their common vertices, which then carry the names of the build that came first:
 * its stage and its count of steps. The text and the place from the base on are this Dockerfile's all the same.
 */
function locateShared(step: StepName, dockerfile: Dockerfile): Candidate | undefined {
  return only(
    candidatesOf(dockerfile.stages).filter(
      ({ stage, instruction, number }) =>
        instruction.keyword === step.keyword &&
        number === step.index &&
        stage.base.kind === 'image' &&
        (step.keyword === 'FROM'
          ? isSameImage(step.text.split(/\s+/)[1] ?? '', stage.base.reference)
          : textMatches(step.text, instruction, dockerfile.escape)),
    ),
  );
}

/** The instructions that make a numbered vertex. `FROM scratch` and `FROM stage` make none. */
function numbered(stage: Stage): Instruction[] {
  return stage.instructions.filter(({ keyword }) =>
    keyword === 'FROM' ? stage.base.kind === 'image' : ['RUN', 'COPY', 'ADD', 'WORKDIR'].includes(keyword),
  );
}

function stagesNamed(name: string | undefined, { stages }: Dockerfile): readonly Stage[] {
  if (name === undefined) return stages.length === 1 ? stages : [];
  const lower = name.toLowerCase();
  return stages.filter((stage) => (stage.name?.toLowerCase() ?? `stage-${stage.index}`) === lower);
}

/** `FROM docker.io/library/nginx:latest` without numbers: what a `COPY --from=image` takes from. */
function locateImageOfCopy(name: string, { stages }: Dockerfile): StepLocation | undefined {
  const reference = /^FROM (\S+)$/.exec(name)?.[1];
  if (!reference) return undefined;
  const copies = stages.flatMap((stage) =>
    stage.copies
      .filter(({ source }) => source.kind === 'image' && isSameImage(reference, source.reference))
      .map(({ line }) => ({ stage, line })),
  );
  const copy = only(copies);
  if (!copy) return undefined;
  const instruction = copy.stage.instructions.find(
    ({ line, endLine }) => line <= copy.line && copy.line <= endLine,
  );
  return { stage: copy.stage.index, line: copy.line, endLine: instruction?.endLine ?? copy.line };
}

/** Whether what the engine printed (canonical, perhaps with a digest) is the image that is written so. */
export function isSameImage(printed: string, written: string): boolean {
  const canonical = canonicalReference(written);
  return canonical !== undefined && (printed === canonical || printed.startsWith(`${canonical}@`));
}

function only<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}

/** Whether the text of a vertex can be this instruction's: equal but for blanks, replaced variables and heredocs. */
function textMatches(printed: string, instruction: Instruction, continuation: string): boolean {
  let written = '';
  for (const line of instruction.text.split(/\r?\n/)) {
    // Comments and empty lines may stand between continued lines.
    if (written !== '' && /^\s*(#|$)/.test(line)) continue;
    const continued = line.trimEnd();
    if (!continued.endsWith(continuation)) {
      written += line;
      break; // What follows is a heredoc's body, which the vertex sums up in its own way.
    }
    written += continued.slice(0, -1);
  }
  const text = collapse(written).replace(/^\S+/, instruction.keyword);
  const parts = literalParts(text, continuation);
  if (/<<-?["']?\w/.test(text)) parts.push('');
  return matchesInOrder(collapse(printed), parts);
}

function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** What stands between variables and escapes, which come replaced or as they are. */
function literalParts(text: string, continuation: string): string[] {
  const parts: string[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    const length = replaceableAt(text, at, continuation);
    if (length === 0) literal += text[at++];
    else {
      parts.push(literal);
      literal = '';
      at += length;
    }
  }
  return [...parts, literal];
}

/** How many characters of a variable (`$A`, `${A:-${B}}`) or an escaped character begin here; 0 for neither. */
function replaceableAt(text: string, at: number, continuation: string): number {
  if (text[at] === continuation) return 2;
  if (text[at] !== '$') return 0;
  if (text[at + 1] !== '{') return /^\$(?:\w+|[@*#?$!-])/.exec(text.slice(at, at + 256))?.[0].length ?? 0;
  let depth = 0;
  // A bound, so that many open braces do not make this take the square of the text's length.
  for (let end = at + 1; end < Math.min(text.length, at + 1024); end++) {
    if (text[end] === '{') depth++;
    if (text[end] === '}' && --depth === 0) return end + 1 - at;
  }
  return 0;
}

/** Whether the text is these parts in order with anything between them; linear, whatever the text. */
function matchesInOrder(text: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
