import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { replaceVariables, VariableError, type VariableLookup } from './compose-variables.ts';
import { quote } from './quote.ts';

export interface ComposeSource {
  /** What the file is called: relative to the project folder. */
  readonly path: string;
  readonly text: string;
}

/** What `docker compose build` would build for a service. */
export interface ComposeBuild {
  readonly service: string;
  /** `compose.yaml#SERVICE`. */
  readonly name: string;
  readonly file: string;
  /** Of `build:`, from 1. */
  readonly line: number;
  /** As written: relative to the folder of the file, or absolute. */
  readonly context: string;
  /** As written: relative to the context, or absolute. */
  readonly dockerfile: string;
  /** The Dockerfile itself, in its stead. */
  readonly inline?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly platform?: string;
}

export interface ComposeProblem {
  readonly file: string;
  readonly line?: number;
  readonly message: string;
  readonly hint: string;
}

export interface ComposeBuilds {
  readonly builds: readonly ComposeBuild[];
  readonly problems: readonly ComposeProblem[];
}

const Argument = z.union([z.string(), z.number(), z.bigint(), z.boolean()]).nullable();
const Build = z.object({
  context: z.string().nullish(),
  dockerfile: z.string().nullish(),
  dockerfile_inline: z.string().nullish(),
  args: z.union([z.array(z.string()), z.record(z.string(), Argument)]).nullish(),
  target: z.string().nullish(),
  platforms: z.array(z.string()).nullish(),
  additional_contexts: z.unknown().optional(),
  secrets: z.unknown().optional(),
  ssh: z.unknown().optional(),
});
type Build = z.infer<typeof Build>;
const Service = z.object({
  build: z.union([z.string().transform((context): Build => ({ context })), Build]).optional(),
  platform: z.string().nullish(),
  extends: z
    .union([
      z.string().transform((service) => ({ service, file: undefined })),
      z.object({ service: z.string(), file: z.string().nullish() }),
    ])
    .nullish(),
});

/** A service as one file has it, its variables replaced. */
interface Part {
  readonly file: string;
  readonly line: number;
  readonly hasBuild: boolean;
  readonly context: string | undefined;
  readonly dockerfile: string | undefined;
  readonly inline: string | undefined;
  /** Undefined: the value is the environment's, under the same name. */
  readonly args: ReadonlyMap<string, string | undefined>;
  readonly target: string | undefined;
  readonly platforms: readonly string[] | undefined;
  readonly platform: string | undefined;
  /** Another service of the same file. */
  readonly extended: string | undefined;
}

/** What Compose does not take for a folder (compose-go, paths.isRemoteContext). */
const REMOTE = /^(?:github\.com\/|git@|service:)|:\/\//;
const UNSUPPORTED = ['additional_contexts', 'secrets', 'ssh'] as const;
const CORRECT_IT = 'Correct it and open the folder again';

/** What is wrong with one service. */
class ServiceError extends Error {
  readonly hint: string;

  constructor(message: string, hint = CORRECT_IT) {
    super(message);
    this.hint = hint;
  }
}

/**
 * The `build:` entries of a compose file and of the files that override it, in order, merged as Compose merges them
 * (compose-go: override.MergeYaml, loader.ApplyExtends). Never throws: what is wrong with a file or a service is among
 * the problems, and the rest is there.
 */
export function composeBuilds(files: readonly ComposeSource[], environment: VariableLookup): ComposeBuilds {
  const problems: ComposeProblem[] = [];
  const services = new Map<string, Part>();
  const failed = new Set<string>();
  for (const file of files) {
    const parts = readFile(file, environment, problems, failed);
    for (const [name, part] of parts) {
      attempt(name, part, () => {
        const whole = withExtended(part, parts);
        const below = services.get(name);
        services.set(name, below ? merge(below, whole) : whole);
      });
    }
  }
  const builds: ComposeBuild[] = [];
  for (const [name, part] of services) {
    const full = `${files[0]?.path}#${name}`;
    if (part.hasBuild) attempt(name, part, () => builds.push(toBuild(name, full, part, environment)));
  }
  return { builds: builds.filter(({ service }) => !failed.has(service)), problems };

  function attempt(service: string, { file, line }: Part, what: () => void): void {
    try {
      what();
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      failed.add(service);
      problems.push({ file, line, message: about(service, error.message), hint: error.hint });
    }
  }
}

function about(service: string, what: string): string {
  return `The service ${quote(service)}: ${what}`;
}

function readFile(
  { path, text }: ComposeSource,
  environment: VariableLookup,
  problems: ComposeProblem[],
  failed: Set<string>,
): ReadonlyMap<string, Part> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
    merge: true,
    intAsBigInt: true,
  });
  // One mistake makes several errors.
  for (const { message, pos } of [...document.errors.slice(0, 1), ...document.warnings]) {
    const { line } = lines.linePos(pos[0]);
    problems.push({ file: path, line, message, hint: CORRECT_IT });
  }
  const parts = new Map<string, Part>();
  if (document.errors.length > 0) return parts;
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    // An alias that means nothing, or too much.
    problems.push({ file: path, message: (error as Error).message, hint: CORRECT_IT });
    return parts;
  }
  const { services, include } = mapping(content);
  if (include !== undefined) {
    problems.push({
      file: path,
      line: lineOf(document, lines, ['include']),
      message: 'The files under "include" are not read',
      hint: 'Open their folders to see what they build',
    });
  }
  for (const [service, value] of Object.entries(mapping(services))) {
    const place = { file: path, line: lineOf(document, lines, ['services', service, 'build']) };
    const report = (message: string, hint: string) =>
      problems.push({ ...place, message: about(service, message), hint });
    try {
      parts.set(service, { ...place, ...readService(mapping(value), environment, report) });
    } catch (error) {
      failed.add(service);
      report(reasonOf(error), CORRECT_IT);
    }
  }
  return parts;
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

/** Of the key that the keys lead to, as far as they can be followed: an alias stands elsewhere. From 1. */
function lineOf(document: Document, lines: LineCounter, keys: readonly string[]): number {
  let line = 1;
  let node: unknown = document.contents;
  for (const name of keys) {
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === name)
      : undefined;
    if (!isScalar(pair?.key) || !pair.key.range) break;
    line = lines.linePos(pair.key.range[0]).line;
    node = pair.value;
  }
  return line;
}

/** Throws ZodError and VariableError. */
function readService(
  service: Readonly<Record<string, unknown>>,
  environment: VariableLookup,
  report: (message: string, hint: string) => void,
): Omit<Part, 'file' | 'line'> {
  const { build, platform, extends: extended } = Service.parse(service);
  const replace = (text: string | null | undefined) =>
    typeof text === 'string' ? replaceVariables(text, environment) : undefined;
  for (const name of UNSUPPORTED) {
    if (build?.[name] !== undefined) {
      report(`build.${name} is not supported and left out`, 'Its Dockerfile may not build without');
    }
  }
  if (extended?.file) {
    report(
      `the service that it extends in ${quote(extended.file)} is not read`,
      'Write what it builds into this file',
    );
  }
  const args = build?.args ?? {};
  const given = Array.isArray(args)
    ? args.map((text) => splitArgument(replaceVariables(text, environment)))
    : Object.entries(args).map(
        ([name, value]) => [name, replace(value === null ? null : String(value))] as const,
      );
  return {
    hasBuild: build !== undefined,
    context: replace(build?.context),
    dockerfile: replace(build?.dockerfile),
    inline: replace(build?.dockerfile_inline),
    args: new Map(given),
    target: replace(build?.target),
    platforms: build?.platforms?.map((one) => replaceVariables(one, environment)),
    platform: replace(platform),
    extended: extended && !extended.file ? extended.service : undefined,
  };
}

function splitArgument(text: string): readonly [string, string | undefined] {
  const equals = text.indexOf('=');
  return equals === -1 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return `${placeOf(error.issues[0]!)} is not what Compose takes there`;
  if (error instanceof VariableError) return error.message;
  throw error;
}

/** Where the mistake is; where one of several forms is expected, in the one that fits best. */
function placeOf({ path, ...issue }: z.core.$ZodIssue): string {
  const within =
    issue.code === 'invalid_union' ? issue.errors.flat().find((deeper) => deeper.path.length > 0) : undefined;
  return [...path.map(String), ...(within ? [placeOf(within)] : [])].join('.');
}

/** The service on those it extends, however many. */
function withExtended(part: Part, parts: ReadonlyMap<string, Part>): Part {
  let whole = part;
  const seen = new Set<string>();
  for (let name = part.extended; name !== undefined && !seen.has(name); ) {
    seen.add(name);
    const other = parts.get(name);
    if (!other) throw new ServiceError(`it extends ${quote(name)}, which is not there`);
    whole = { ...merge(other, whole), file: part.file, line: part.line };
    name = other.extended;
  }
  return whole;
}

function merge(below: Part, above: Part): Part {
  const { file, line } = below.hasBuild ? below : above;
  return {
    file,
    line,
    hasBuild: below.hasBuild || above.hasBuild,
    context: above.context ?? below.context,
    dockerfile: above.dockerfile ?? below.dockerfile,
    inline: above.inline ?? below.inline,
    args: new Map([...below.args, ...above.args]),
    target: above.target ?? below.target,
    platforms: [...new Set([...(below.platforms ?? []), ...(above.platforms ?? [])])],
    platform: above.platform ?? below.platform,
    extended: undefined,
  };
}

/** Throws ServiceError. */
function toBuild(service: string, name: string, part: Part, environment: VariableLookup): ComposeBuild {
  const { file, line, context = '.', dockerfile, inline, target, platforms = [] } = part;
  if (REMOTE.test(context)) {
    throw new ServiceError(
      `its context ${quote(context)} is not a folder, which is not supported`,
      'Fetch it yourself and give the folder it is in',
    );
  }
  if (inline !== undefined && dockerfile !== undefined) {
    throw new ServiceError('it has both dockerfile and dockerfile_inline', 'Leave one of them out');
  }
  const args = [...part.args].flatMap(([name, value = environment(name)]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  // Compose leaves it to the person which of several is built; the service's own is the one that runs.
  const platform = part.platform || (platforms.length === 1 ? platforms[0] : undefined);
  return {
    service,
    name,
    file,
    line,
    context: context || '.',
    dockerfile: dockerfile || 'Dockerfile',
    ...(inline !== undefined && { inline }),
    args: Object.fromEntries(args),
    ...(target && { target }),
    ...(platform && { platform }),
  };
}
