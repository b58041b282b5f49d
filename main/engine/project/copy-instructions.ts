import { posix } from 'node:path';
import type { CopySource, Dockerfile } from '../../../shared/model/project.ts';
import { isFetched } from './fetched-source.ts';
import { parseHeredoc } from './heredoc.ts';
import { type InstructionParts, stringArray } from './instruction-parts.ts';
import { linesIn, linesOf, type ScopeOptions, scopeArgs, scopeOfStage } from './scope-of-stage.ts';
import { WordError } from './shell-words.ts';
import { enterInstruction, expandIn, type StageScope } from './stage-scope.ts';

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

/**
 * Every COPY and ADD of a stage, by the line where it begins, as BuildKit carries it out (frontend/dockerfile,
 * dockerfile2llb dispatchCopy). Those of an ONBUILD are not among them: their layers tell (`copyOfHistory`). Left out is
 * what cannot be told for sure: what hangs on a variable of unknown value, and what no build accepts.
 */
export function copyInstructions(
  dockerfile: Dockerfile,
  stageIndex: number,
  options: ScopeOptions,
): ReadonlyMap<number, CopyInstruction> {
  const copies = new Map<number, CopyInstruction>();
  const stage = dockerfile.stages[stageIndex];
  if (!stage) return copies;
  const lines = linesOf(dockerfile);
  const args = scopeArgs(dockerfile, lines, options);
  const scope = scopeOfStage(dockerfile, stage, lines, args, options);
  for (const line of linesIn(stage, lines)) {
    const { keyword, flags, statement } = line;
    enterInstruction(scope, line, args);
    if (keyword !== 'COPY' && keyword !== 'ADD') continue;
    const from = stage.copies.find((copy) => copy.line === statement.line)?.source;
    if (!from && flags.some(({ name, value }) => name === 'from' && value)) continue;
    const copy = readCopy(keyword, line, from, scope, dockerfile.escape);
    if (copy) copies.set(statement.line, copy);
  }
  return copies;
}

/**
 * The same from a line of an image's history, `COPY . /app # buildkit`, in which variables are replaced already. It
 * does not tell of `--from`, which is to be given. Undefined of anything else, and of what another builder wrote.
 */
export function copyOfHistory(
  createdBy: string,
  workingDir: string,
  from?: CopySource,
): CopyInstruction | undefined {
  const match = /^(COPY|ADD)((?: --(?:parents|chown=\S*|chmod=\S*))*) ([\s\S]*) # buildkit$/.exec(createdBy);
  if (!match) return undefined;
  const words = match[3]!.split(' ');
  const destination = words.pop()!;
  const heredocs = words.flatMap((word) => (word.startsWith('<<') ? word.slice(2) : []));
  const paths = words.filter((word) => !word.startsWith('<<'));
  if (words.length === 0) return undefined;
  return place(match[1] as 'COPY' | 'ADD', {
    from,
    paths,
    heredocs,
    destination,
    workingDir,
    parents: match[2]!.includes(' --parents'),
  });
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
  if (words.length === 0 || heredocName(destination) !== undefined) return undefined;
  return unlessRefused(() => {
    const heredocs = words.map(heredocName);
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

function heredocName(word: string): string | undefined {
  return unlessRefused(() => parseHeredoc(word))?.name;
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
  const isDirectory = /(?:^|\/)\.?$/.test(destination);
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
