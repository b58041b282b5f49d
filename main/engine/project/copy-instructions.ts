import { posix } from 'node:path';
import type { CopySource, Dockerfile, Stage } from '../../../shared/model/project.ts';
import { isFetched } from './fetched-source.ts';
import { declareGlobal, predefinedArgs } from './global-args.ts';
import { parseHeredoc } from './heredoc.ts';
import { type InstructionParts, splitInstruction, stringArray } from './instruction-parts.ts';
import { declarationsOf, pairsOf } from './name-values.ts';
import { WordError } from './shell-words.ts';
import {
  enterInstruction,
  expandIn,
  inheritConfig,
  openScope,
  type ScopeArgs,
  type StageScope,
} from './stage-scope.ts';
import { readStatements, type Statement } from './statements.ts';

/** A COPY or ADD as BuildKit carries it out: variables replaced, paths absolute. */
export interface CopyInstruction {
  readonly keyword: 'COPY' | 'ADD';
  /** Undefined: the build context. */
  readonly from: CopySource | undefined;
  /**
   * Absolute paths in `from`, the context's folder being `/`; they may have wildcards as Go's filepath.Match. Heredocs and
   * what ADD fetches are not among them.
   */
  readonly sources: readonly string[];
  /** Whether ADD also fetches something, from a URL or a git repository. */
  readonly fetches: boolean;
  /** Names of the files that heredocs make. */
  readonly heredocs: readonly string[];
  /** Absolute; ends in a slash where it is written as a directory: `dir/`, `.`, `dir/.`. */
  readonly destination: string;
  /** `--parents`: the path of a source, from its `/./` on, is kept below the destination. */
  readonly parents: boolean;
}

export interface CopyOptions {
  /** `KEY=value`, of the config of the image that the stage starts from: its base, or what its base stage builds to. */
  readonly baseEnv: readonly string[];
  /** Of the same config; empty is `/`. */
  readonly baseWorkingDir: string;
  /** Of the same config, where the base is an image: its ONBUILD instructions. */
  readonly baseTriggers?: readonly string[];
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** The platform built for, `linux/arm64`; default: this machine's. */
  readonly platform?: string;
}

interface Line extends InstructionParts {
  readonly statement: Statement;
}

/**
 * Every COPY and ADD of a stage, by the line where it begins, as BuildKit carries it out (frontend/dockerfile,
 * dockerfile2llb dispatchCopy). Those of an ONBUILD are not among them: see `copyOfHistory`. Left out is what cannot be
 * told for sure: what hangs on a variable of unknown value, and what no build accepts.
 */
export function copyInstructions(
  dockerfile: Dockerfile,
  stageIndex: number,
  options: CopyOptions,
): ReadonlyMap<number, CopyInstruction> {
  const copies = new Map<number, CopyInstruction>();
  const stage = dockerfile.stages[stageIndex];
  if (!stage) return copies;
  const lines = readStatements(dockerfile.source).statements.map((statement) => ({
    ...splitInstruction(statement.text, dockerfile.escape),
    statement,
  }));
  const args = scopeArgs(dockerfile, lines, options);
  const scope = scopeOfStage(dockerfile, stage, lines, args, options);
  for (const line of linesOf(stage, lines)) {
    const { keyword, flags, statement } = line;
    enterInstruction(scope, line, args);
    if (keyword !== 'COPY' && keyword !== 'ADD') continue;
    const isCopied = keyword === 'COPY' && flags.some(({ name, value }) => name === 'from' && value);
    const from = stage.copies.find((copy) => copy.line === statement.line)?.source;
    if (isCopied && !from) continue;
    const copy = readCopy(keyword, line, isCopied ? from : undefined, scope, dockerfile.escape);
    if (copy) copies.set(statement.line, copy);
  }
  return copies;
}

/**
 * The same from a line of an image's history, `COPY . /app # buildkit`, in which variables are replaced already. It
 * does not tell of `--from`: the context is meant. Undefined of anything else, and of what another builder wrote.
 */
export function copyOfHistory(createdBy: string, workingDir: string): CopyInstruction | undefined {
  const match = /^(COPY|ADD)((?: --(?:parents|chown=\S*|chmod=\S*))*) ([\s\S]*) # buildkit$/.exec(createdBy);
  if (!match) return undefined;
  const words = match[3]!.split(' ');
  const destination = words.pop()!;
  const heredocs = words.flatMap((word) => (word.startsWith('<<') ? word.slice(2) : []));
  const paths = words.filter((word) => !word.startsWith('<<'));
  if (words.length === 0) return undefined;
  return place(match[1] as 'COPY' | 'ADD', {
    from: undefined,
    paths,
    heredocs,
    destination,
    workingDir,
    parents: match[2]!.includes(' --parents'),
  });
}

function scopeArgs(dockerfile: Dockerfile, lines: readonly Line[], options: CopyOptions): ScopeArgs {
  const buildArgs = new Map(Object.entries(options.buildArgs ?? {}));
  const globals = predefinedArgs(options.platform);
  for (const [name, value] of buildArgs) if (globals.has(name)) globals.set(name, value);
  const first = dockerfile.stages[0]?.line ?? 0;
  for (const { keyword, rest, statement } of lines) {
    if (statement.line >= first || keyword !== 'ARG') continue;
    for (const declared of declarationsOf(rest, dockerfile.escape)) {
      unlessRefused(() => declareGlobal(globals, declared, buildArgs, dockerfile.escape));
    }
  }
  return { buildArgs, globals, escape: dockerfile.escape };
}

function linesOf({ line, endLine }: Stage, lines: readonly Line[]): readonly Line[] {
  return lines.filter(({ statement }) => statement.line >= line && statement.line <= endLine);
}

/** What the stage's own instructions start with. */
function scopeOfStage(
  dockerfile: Dockerfile,
  stage: Stage,
  lines: readonly Line[],
  args: ScopeArgs,
  { baseEnv, baseWorkingDir, baseTriggers = [] }: CopyOptions,
): StageScope {
  const { base } = stage;
  const below = base.kind === 'stage' && base.index < stage.index ? dockerfile.stages[base.index] : undefined;
  if (!below) {
    const scope = openScope(baseEnv, baseWorkingDir);
    for (const trigger of baseTriggers) {
      enterInstruction(scope, splitInstruction(trigger, dockerfile.escape), args);
    }
    return scope;
  }
  const scope = scopeLeftBy(dockerfile, below, lines, args, baseEnv);
  inheritConfig(scope, baseEnv);
  scope.workingDir = posix.join('/', baseWorkingDir);
  enterTriggers(scope, below, lines, args);
  return scope;
}

/**
 * The variables at the end of a stage: its ARGs hold in the stages on it as well. Of the image that it starts from itself
 * only the end is known, `env`: what an ENV sets on the way may have had any value before.
 */
function scopeLeftBy(
  dockerfile: Dockerfile,
  stage: Stage,
  lines: readonly Line[],
  args: ScopeArgs,
  env: readonly string[],
): StageScope {
  const chain: Stage[] = [stage];
  for (let { base } = stage; base.kind === 'stage' && base.index < chain[0]!.index; base = chain[0]!.base) {
    chain.unshift(dockerfile.stages[base.index]!);
  }
  const scope = openScope(env, '/');
  for (const { keyword, rest } of chain.flatMap((below) => linesOf(below, lines))) {
    const parts = keyword === 'ONBUILD' ? splitInstruction(rest, args.escape) : { keyword, rest };
    if (parts.keyword === 'ENV') {
      for (const { name } of pairsOf(parts.rest, args.escape)) scope.unknown.add(name);
    }
  }
  for (const [place, below] of chain.entries()) {
    if (place > 0) enterTriggers(scope, chain[place - 1]!, lines, args);
    for (const line of linesOf(below, lines)) enterInstruction(scope, line, args);
  }
  return scope;
}

/** What the ONBUILDs of a stage change in one that starts from it. */
function enterTriggers(scope: StageScope, stage: Stage, lines: readonly Line[], args: ScopeArgs): void {
  for (const { keyword, rest } of linesOf(stage, lines)) {
    if (keyword === 'ONBUILD') enterInstruction(scope, splitInstruction(rest, args.escape), args);
  }
}

function readCopy(
  keyword: 'COPY' | 'ADD',
  { flags, rest }: InstructionParts,
  from: CopySource | undefined,
  scope: StageScope,
  escapeCharacter: string,
): CopyInstruction | undefined {
  // Words are split before variables are replaced, and whatever quotes there are.
  const words = [...(stringArray(rest) ?? rest.split(/[\t\v\f\r ]+/))];
  const destination = words.pop()!;
  if (words.length === 0) return undefined;
  return unlessRefused(() => {
    const heredocs = words.map((word) => unlessRefused(() => parseHeredoc(word))?.name);
    const paths = words.filter((_, index) => heredocs[index] === undefined);
    return place(keyword, {
      from,
      paths: paths.map((path) => expandIn(scope, path, escapeCharacter)),
      heredocs: heredocs.filter((name) => name !== undefined),
      destination: expandIn(scope, destination, escapeCharacter),
      workingDir: scope.workingDir,
      parents: flags.some(({ name, value = '' }) => name === 'parents' && /^(true)?$/i.test(value)),
    });
  });
}

/** Undefined where the destination cannot be told, and of a COPY that would have to fetch. */
function place(
  keyword: 'COPY' | 'ADD',
  {
    from,
    paths,
    heredocs,
    destination,
    workingDir,
    parents,
  }: Pick<CopyInstruction, 'from' | 'heredocs' | 'destination' | 'parents'> & {
    readonly paths: readonly string[];
    readonly workingDir: string | undefined;
  },
): CopyInstruction | undefined {
  const local = paths.filter((path) => !isFetched(path));
  const fetches = local.length < paths.length;
  if (fetches && keyword === 'COPY') return undefined;
  if (workingDir === undefined && !destination.startsWith('/')) return undefined;
  const isDirectory = destination === '' || /(?:^|\/)\.?$/.test(destination);
  const target = absolute(
    destination.startsWith('/') ? destination : posix.join('/', workingDir ?? '', destination),
  );
  return {
    keyword,
    from,
    sources: local.map((path) => (parents ? withPivot(path) : absolute(path))),
    fetches,
    heredocs,
    destination: isDirectory && target !== '/' ? `${target}/` : target,
    parents,
  };
}

/** `a`, `./a`, `../a` and `a/` are all `/a`. */
function absolute(path: string): string {
  return posix.resolve('/', path);
}

/** The first `/./` stays where it is written: it tells which part of the path is kept. */
function withPivot(path: string): string {
  const pivot = path.indexOf('/./');
  if (pivot === -1) return absolute(path);
  const kept = absolute(path.slice(pivot + 3));
  const before = absolute(path.slice(0, pivot));
  return `${before === '/' ? '' : before}/.${kept}`;
}

/** Undefined where BuildKit would have refused what is written, or needs a variable that is not known. */
function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WordError) return undefined;
    throw error;
  }
}
