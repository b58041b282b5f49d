import { posix } from 'node:path';
import type { Dockerfile, Stage } from '../../../shared/model/project.ts';
import { declareGlobal, predefinedArgs } from './global-args.ts';
import { type InstructionParts, splitInstruction } from './instruction-parts.ts';
import { declarationsOf, pairsOf } from './name-values.ts';
import { WordError } from './shell-words.ts';
import {
  enterInstruction,
  inheritConfig,
  openScope,
  type ScopeArgs,
  type StageScope,
} from './stage-scope.ts';
import { readStatements, type Statement } from './statements.ts';

export interface ScopeOptions {
  /** `KEY=value`, of the config of the image that the stage starts from: its base, or what its base stage builds to. */
  readonly baseEnv: readonly string[];
  /** Of the same config; empty is `/`. */
  readonly baseWorkingDir: string;
  /** The ONBUILD instructions in the config of the image that the stage, or the lowest of those it lies on, starts from. */
  readonly baseTriggers?: readonly string[];
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** The platform built for, `linux/arm64`; default: this machine's. */
  readonly platform?: string;
}

export interface Line extends InstructionParts {
  readonly statement: Statement;
}

export function linesOf({ source, escape: escapeCharacter }: Dockerfile): readonly Line[] {
  return readStatements(source).statements.map((statement) => ({
    ...splitInstruction(statement.text, escapeCharacter),
    statement,
  }));
}

/** The lines of a stage, its FROM first. */
export function linesIn({ line, endLine }: Stage, lines: readonly Line[]): readonly Line[] {
  return lines.filter(({ statement }) => statement.line >= line && statement.line <= endLine);
}

export function scopeArgs(
  dockerfile: Dockerfile,
  lines: readonly Line[],
  options: Pick<ScopeOptions, 'buildArgs' | 'platform'>,
): ScopeArgs {
  const buildArgs = new Map(Object.entries(options.buildArgs ?? {}));
  const globals = predefinedArgs(options.platform);
  for (const [name, value] of buildArgs) if (globals.has(name)) globals.set(name, value);
  const first = dockerfile.stages[0]?.line ?? 0;
  for (const { keyword, rest, statement } of lines) {
    if (statement.line >= first || keyword !== 'ARG') continue;
    for (const declared of declarationsOf(rest, dockerfile.escape)) {
      try {
        declareGlobal(globals, declared, buildArgs, dockerfile.escape);
      } catch (error) {
        if (!(error instanceof WordError)) throw error; // Nothing builds with such a line.
      }
    }
  }
  return { buildArgs, globals, escape: dockerfile.escape };
}

/**
 * What a stage's own instructions start with: what it starts from, and what the ONBUILDs of that change.
 *
 * In a stage on a stage the ARGs of the one below hold as well. Of the image that the lowest starts from only the end is
 * known here, `baseEnv`: what an ENV sets on the way may have had any value before.
 */
export function scopeOfStage(
  dockerfile: Dockerfile,
  stage: Stage,
  lines: readonly Line[],
  args: ScopeArgs,
  { baseEnv, baseWorkingDir, baseTriggers = [] }: ScopeOptions,
): StageScope {
  const below = stagesBelow(dockerfile, stage);
  const triggers = [
    baseTriggers.flatMap((trigger) => readStatements(trigger).statements.map(({ text }) => text)),
    ...below.map((other) =>
      linesIn(other, lines).flatMap(({ keyword, rest }) => (keyword === 'ONBUILD' ? rest : [])),
    ),
  ].map((texts) => texts.map((text) => splitInstruction(text, args.escape)));
  const scope = openScope(baseEnv, baseWorkingDir);
  if (below.length > 0) {
    const entered = below.flatMap((other, place) => [...triggers[place]!, ...linesIn(other, lines)]);
    for (const { keyword, rest } of entered) {
      if (keyword === 'ENV') for (const { name } of pairsOf(rest, args.escape)) scope.unknown.add(name);
    }
    for (const parts of entered) enterInstruction(scope, parts, args);
    inheritConfig(scope, baseEnv);
    scope.workingDir = posix.join('/', baseWorkingDir);
  }
  for (const parts of triggers.at(-1)!) enterInstruction(scope, parts, args);
  return scope;
}

/** The stages that a stage lies on, the lowest first. */
function stagesBelow({ stages }: Dockerfile, { base, index }: Stage): readonly Stage[] {
  const below: Stage[] = [];
  // A stage can only lie on an earlier one; anything else would loop.
  for (let at = base, above = index; at.kind === 'stage' && at.index < above; at = below[0]!.base) {
    above = at.index;
    below.unshift(stages[above]!);
  }
  return below;
}
