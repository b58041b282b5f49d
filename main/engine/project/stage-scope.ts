import { posix } from 'node:path';
import type { InstructionParts } from './instruction-parts.ts';
import { declarationsOf, pairsOf } from './name-values.ts';
import { expandText, WordError } from './shell-words.ts';

/** What a stage's instructions see of those before them: its variables, and the folder that paths are relative to. */
export interface StageScope {
  readonly variables: Map<string, string>;
  /** Variables that may be set, to what cannot be told. */
  readonly unknown: Set<string>;
  /** Absolute; undefined where it cannot be told. */
  workingDir: string | undefined;
}

export interface ScopeArgs {
  readonly buildArgs: ReadonlyMap<string, string>;
  /** What ARGs before the first FROM declare, and what BuildKit predefines. */
  readonly globals: ReadonlyMap<string, string>;
  readonly escape: string;
}

/** BuildKit's, where the base's config has none (util/system DefaultPathEnvUnix). */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** BuildKit knows more of the build here than we do: which stage it was asked for. */
const UNTOLD = 'TARGETSTAGE';

export function openScope(env: readonly string[], workingDir: string): StageScope {
  const scope = { variables: new Map([['PATH', DEFAULT_PATH]]), unknown: new Set<string>(), workingDir: '/' };
  inheritConfig(scope, env);
  // A relative one is joined to itself.
  return { ...scope, workingDir: posix.resolve('/', workingDir, workingDir) };
}

/** The variables of an image's config are set again for what starts from it: they win over ARGs of its stage. */
export function inheritConfig({ variables, unknown }: StageScope, env: readonly string[]): void {
  for (const entry of env) {
    const { name, value } = split(entry);
    variables.set(name, value);
    unknown.delete(name);
  }
}

function split(entry: string): { readonly name: string; readonly value: string } {
  const equals = entry.indexOf('=');
  return equals === -1
    ? { name: entry, value: '' }
    : { name: entry.slice(0, equals), value: entry.slice(equals + 1) };
}

/** `text` as the scope has it; throws WordError where it cannot be expanded, or needs a variable that is not known. */
export function expandIn({ variables, unknown }: StageScope, text: string, escapeCharacter: string): string {
  return expandText(text, {
    escape: escapeCharacter,
    lookup: (name) => {
      if (unknown.has(name)) throw new WordError(`the value of ${name} is not known`);
      return variables.get(name);
    },
  });
}

/**
 * Takes up what an ENV, ARG or WORKDIR changes (BuildKit, dockerfile2llb dispatch). Of an ENV and an ARG of one name the
 * later one counts: so it is on engines 20.10 and 29, whatever the reference says of ENV.
 */
export function enterInstruction(scope: StageScope, parts: InstructionParts, args: ScopeArgs): void {
  if (parts.keyword === 'ENV') enterEnv(scope, parts.rest, args.escape);
  if (parts.keyword === 'ARG') enterArg(scope, parts.rest, args);
  if (parts.keyword === 'WORKDIR') {
    const folder = attempt(() => expandIn(scope, parts.rest, args.escape));
    if (folder === undefined) scope.workingDir = undefined;
    else if (folder.startsWith('/')) scope.workingDir = posix.normalize(folder);
    else if (scope.workingDir !== undefined) scope.workingDir = posix.join(scope.workingDir, folder);
  }
}

/** All of an ENV's values are read before any of them is set. */
function enterEnv(scope: StageScope, rest: string, escapeCharacter: string): void {
  const pairs = pairsOf(rest, escapeCharacter).map(({ name, value = '' }) => ({
    name: attempt(() => expandIn(scope, name, escapeCharacter)) ?? name,
    value: attempt(() => expandIn(scope, value, escapeCharacter)),
  }));
  for (const { name, value } of pairs) assign(scope, name, value);
}

/** A build argument, else the ARG's own default, else the ARG before the first FROM. Without any, nothing is set. */
function enterArg(
  scope: StageScope,
  rest: string,
  { buildArgs, globals, escape: escapeCharacter }: ScopeArgs,
): void {
  for (const { name, value } of declarationsOf(rest, escapeCharacter)) {
    const given = buildArgs.get(name);
    if (given !== undefined) assign(scope, name, given);
    else if (value !== undefined)
      assign(
        scope,
        name,
        attempt(() => expandIn(scope, value, escapeCharacter)),
      );
    else if (globals.has(name)) assign(scope, name, globals.get(name));
    else if (name === UNTOLD) assign(scope, name, undefined);
  }
}

function assign({ variables, unknown }: StageScope, name: string, value: string | undefined): void {
  if (value === undefined) {
    unknown.add(name);
  } else {
    variables.set(name, value);
    unknown.delete(name);
  }
}

/** What cannot be expanded is not known: the build would have failed at it, or it hangs on what is not known. */
function attempt(expand: () => string): string | undefined {
  try {
    return expand();
  } catch (error) {
    if (error instanceof WordError) return undefined;
    throw error;
  }
}
