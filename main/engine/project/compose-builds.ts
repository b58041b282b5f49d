import { type Document, isMap, isPair, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { BuildSecret, BuildSsh } from '../../../shared/model/project.ts';
import { byId, readSecret, type SecretDefinition, toBuildSecret } from './compose-secrets.ts';
import { mergeService, readService, reasonOf, type ServicePart } from './compose-service.ts';
import type { VariableLookup } from './compose-variables.ts';
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
  readonly secrets?: readonly BuildSecret[];
  readonly ssh?: readonly BuildSsh[];
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

interface Part extends ServicePart {
  readonly file: string;
  readonly line: number;
}

/** What Compose does not take for a folder (compose-go, paths.isRemoteContext). */
const REMOTE = /^(?:github\.com\/|git@|service:)|:\/\//;
const CORRECT_IT = 'Correct it and open the folder again';

/** What of one file matters here. */
interface FileContent {
  readonly parts: ReadonlyMap<string, Part>;
  readonly secrets: ReadonlyMap<string, SecretDefinition>;
}

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
  const secrets = new Map<string, SecretDefinition>();
  const failed = new Set<string>();
  for (const file of files) {
    const { parts, secrets: defined } = readFile(file, environment, problems, failed);
    for (const [name, secret] of defined) secrets.set(name, { ...secrets.get(name), ...secret });
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
    if (part.hasBuild)
      attempt(name, part, () => builds.push(toBuild(name, full, part, { environment, secrets, problems })));
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
): FileContent {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
    merge: true,
    intAsBigInt: true,
  });
  // One mistake makes several errors.
  const odd = document.warnings.filter(({ message }) => !/ !(?:reset|override)$/.test(message));
  for (const { message, pos } of [...document.errors.slice(0, 1), ...odd]) {
    const { line } = lines.linePos(pos[0]);
    problems.push({ file: path, line, message, hint: CORRECT_IT });
  }
  const parts = new Map<string, Part>();
  const secrets = new Map<string, SecretDefinition>();
  if (document.errors.length > 0) return { parts, secrets };
  const replaced = takeReplaced(document);
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    // An alias that means nothing, or too much.
    problems.push({ file: path, message: (error as Error).message, hint: CORRECT_IT });
    return { parts, secrets };
  }
  const { services, secrets: defined, include } = mapping(content);
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
      parts.set(service, {
        ...place,
        ...readService(mapping(value), replaced.get(service) ?? [], environment, report),
      });
    } catch (error) {
      failed.add(service);
      report(reasonOf(error), CORRECT_IT);
    }
  }
  for (const [name, value] of Object.entries(mapping(defined))) {
    // No service can name one that has no name.
    if (name === '') continue;
    try {
      secrets.set(name, readSecret(value, environment));
    } catch (error) {
      const line = lineOf(document, lines, ['secrets', name]);
      problems.push({
        file: path,
        line,
        message: `The secret ${quote(name)}: ${reasonOf(error)}`,
        hint: CORRECT_IT,
      });
    }
  }
  return { parts, secrets };
}

/**
 * The paths in each service that `!reset` or `!override` stand at (compose-go, loader.ResetProcessor): what is below is
 * gone, and after `!reset` what stands there too.
 */
function takeReplaced(document: Document): ReadonlyMap<string, readonly string[]> {
  const replaced = new Map<string, string[]>();
  const reset: string[][] = [];
  visit(document, {
    Node(_, { tag }, path) {
      if (tag !== '!reset' && tag !== '!override') return;
      const keys = path.flatMap((step) => (isPair(step) && isScalar(step.key) ? String(step.key.value) : []));
      const [services, service, ...deeper] = keys;
      if (services !== 'services' || service === undefined) return;
      replaced.set(service, [...(replaced.get(service) ?? []), deeper.join('.')]);
      if (tag === '!reset') reset.push(keys);
    },
  });
  for (const keys of reset) {
    // An empty service stays, to take away what is below.
    if (keys.length === 2) document.setIn(keys, document.createNode({}));
    else document.deleteIn(keys);
  }
  return replaced;
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
  return { ...mergeService(below, above), file, line };
}

/** Throws ServiceError. */
function toBuild(service: string, name: string, part: Part, project: ComposeProject): ComposeBuild {
  const { environment } = project;
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
  const secrets = secretsOf(service, part, project);
  return {
    service,
    name,
    file,
    line,
    context: context || '.',
    dockerfile: dockerfile || 'Dockerfile',
    ...(inline !== undefined && { inline }),
    args: Object.fromEntries(args),
    ...(secrets.length > 0 && { secrets }),
    ...(part.ssh.length > 0 && { ssh: part.ssh }),
    ...(target && { target }),
    ...(platform && { platform }),
  };
}

/** What all services share. */
interface ComposeProject {
  readonly environment: VariableLookup;
  readonly secrets: ReadonlyMap<string, SecretDefinition>;
  readonly problems: ComposeProblem[];
}

/** Throws ServiceError. */
function secretsOf(service: string, part: Part, { secrets, problems }: ComposeProject): BuildSecret[] {
  return byId(part.secrets).flatMap(({ source, id }) => {
    const definition = secrets.get(source);
    if (!definition)
      throw new ServiceError(`its build uses the secret ${quote(source)}, which is not defined`);
    const secret = toBuildSecret(id, definition);
    if (secret) return [secret];
    problems.push({
      file: part.file,
      line: part.line,
      message: about(service, `the secret ${quote(source)} is neither a file nor a variable, and left out`),
      hint: 'Its Dockerfile may not build without',
    });
    return [];
  });
}
