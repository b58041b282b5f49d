import { DockerfileParser, From } from 'dockerfile-ast';
import type { ErrorInfo } from '../../../shared/api/errors.ts';
import type {
  BuildArg,
  CopySource,
  Dockerfile,
  Instruction,
  Stage,
  StageBase,
} from '../../../shared/model/project.ts';
import { declareGlobal, predefinedArgs } from './global-args.ts';
import { type InstructionParts, splitInstruction } from './instruction-parts.ts';
import { instructionProblem } from './instruction-rules.ts';
import { mountSources } from './mount-sources.ts';
import { declarationsOf } from './name-values.ts';
import { quote } from './quote.ts';
import { expandText, WordError } from './shell-words.ts';
import { circularStage } from './stage-cycle.ts';
import { readStatements, type Statement } from './statements.ts';

export interface ParseOptions {
  /** What the Dockerfile is called in the project: relative, with `/`. */
  readonly path: string;
  readonly context: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** The platform built for, `linux/arm64`; default: this machine's. */
  readonly platform?: string;
}

const STAGE_NAME = /^[a-z][a-z0-9-_.]*$/;
/** More than any real file has; work that grows with the square of the stages stays small. */
const MOST_STAGES = 1000;
const LONGEST_FROM = 16_384;
const CORRECT_IT = 'Correct that line and open the folder again';

interface Problem {
  readonly message: string;
  readonly hint?: string;
  readonly line: number;
  readonly endLine: number;
}

interface Draft extends Stage {
  endLine: number;
  readonly parts: (InstructionParts & { readonly statement: Statement })[];
}

/**
 * Reads a Dockerfile into its stages as BuildKit would build them. Never throws: what is wrong with the first wrong
 * line is the result's `problem`, and everything that could be read is there beside it.
 */
export function parseDockerfile(source: string, options: ParseOptions): Dockerfile {
  const { syntax, escape: escapeCharacter, statements, problems: found, lines } = readStatements(source);
  const problems: Problem[] = [...found];
  const args = new Map<string, BuildArg>();
  const buildArgs = new Map(Object.entries(options.buildArgs ?? {}));
  const globals = predefinedArgs(options.platform);
  for (const [name, value] of buildArgs) if (globals.has(name)) globals.set(name, value);
  const lookup = (name: string) => globals.get(name);
  const drafts: Draft[] = [];
  const stageOfName = new Map<string, number>();
  // Another frontend may know other instructions; Docker's own has released versions under these names.
  const isDockers =
    syntax === undefined || /^(docker\.io\/)?docker\/dockerfile(-upstream)?(:|@|$)/.test(syntax);

  for (const statement of statements) {
    const parts = splitInstruction(statement.text, escapeCharacter);
    const report = (message: string, hint?: string) =>
      problems.push({ message, ...(hint && { hint }), line: statement.line, endLine: statement.endLine });
    const wrong = instructionProblem(parts, escapeCharacter, isDockers);
    if (wrong !== undefined) report(wrong);
    if (parts.keyword === 'ARG') declareArgs(parts.rest, statement.line, drafts.length === 0, report);
    if (parts.keyword === 'FROM') {
      if (drafts.length === MOST_STAGES) {
        report(`There are more than ${MOST_STAGES} stages`, 'Split it into several Dockerfiles');
        break;
      }
      beginStage(parts, statement, report);
    }
    const stage = drafts.at(-1);
    if (stage) {
      stage.endLine = statement.endLine;
      stage.instructions.push(toInstruction(parts.keyword, statement, lines));
      stage.parts.push({ ...parts, statement });
    } else if (parts.keyword !== 'ARG' && wrong === undefined) {
      report(`${parts.keyword} stands before the first FROM`);
    }
  }
  for (const draft of drafts) findCopies(draft);
  const circular = circularStage(drafts);
  if (circular) {
    problems.push({
      message: `The stages ${quote(drafts[circular.from]!.name ?? String(circular.from))} and ${quote(drafts[circular.to]!.name ?? String(circular.to))} need each other`,
      line: circular.line,
      endLine: circular.line,
    });
  }
  if (drafts.length === 0) problems.push({ message: 'There is no FROM instruction', line: 1, endLine: 1 });

  const problem = problems.toSorted((a, b) => a.line - b.line)[0];
  return {
    path: options.path,
    context: options.context,
    ...(syntax !== undefined && { syntax }),
    escape: escapeCharacter,
    args: [...args.values()],
    stages: drafts.map(({ parts: _, ...stage }) => stage),
    source,
    ...(problem && { problem: toErrorInfo(problem, options.path, lines) }),
  };

  function declareArgs(rest: string, line: number, global: boolean, report: (message: string) => void): void {
    try {
      for (const declared of declarationsOf(rest, escapeCharacter)) {
        const { name, value } = declared;
        const known = args.get(name);
        if (!known || (known.default === undefined && value !== undefined)) {
          const shown =
            value === undefined
              ? undefined
              : expandText(value, { escape: escapeCharacter, keep: { unset: true } });
          args.set(name, { name, line, ...known, ...(shown !== undefined && { default: shown }) });
        }
        if (global) declareGlobal(globals, declared, buildArgs, escapeCharacter);
      }
    } catch (error) {
      if (!(error instanceof WordError)) throw error;
      report(`ARG cannot be read: ${error.message}`);
    }
  }

  function beginStage(
    parts: InstructionParts,
    statement: Statement,
    report: (message: string, hint?: string) => void,
  ): void {
    const { image, name } = readFrom(parts.rest, escapeCharacter);
    const index = drafts.length;
    let base: StageBase = { kind: 'image', reference: image };
    let platform: string | undefined;
    try {
      const reference = expandText(image, { escape: escapeCharacter, lookup });
      base = baseOf(reference);
      if (base.kind === 'image' && /^$|^[:@/]|[:@/]$/.test(reference) && image.includes('$')) {
        report(
          `The base ${quote(image)} becomes ${quote(reference)}, which names no image`,
          'Give its build argument a value, or a default in the ARG line before the first FROM',
        );
      }
      const written = parts.flags.find((flag) => flag.name === 'platform')?.value;
      if (written !== undefined) platform = expandText(written, { escape: escapeCharacter, lookup });
      if (platform === '') {
        report(`The platform ${quote(written!)} is empty`, 'Give its build argument a value');
      }
    } catch (error) {
      if (!(error instanceof WordError)) throw error;
      report(`FROM cannot be read: ${error.message}`);
    }
    if (name !== undefined) {
      const lower = name.toLowerCase();
      if (!STAGE_NAME.test(lower)) {
        report(
          `${quote(name)} cannot be the name of a stage: it takes letters, digits, "-", "_" and ".", a letter first`,
        );
      }
      stageOfName.set(lower, index);
    }
    drafts.push({
      index,
      ...(name !== undefined && { name }),
      base,
      ...(platform && { platform }),
      line: statement.line,
      endLine: statement.endLine,
      instructions: [],
      copies: [],
      parts: [],
    });
  }

  /** FROM means an earlier stage of that name, the nearest, before any image. */
  function baseOf(reference: string): StageBase {
    const index = stageOfName.get(reference.toLowerCase());
    if (index !== undefined) return { kind: 'stage', index };
    return reference === 'scratch' ? { kind: 'scratch' } : { kind: 'image', reference };
  }

  function findCopies(draft: Draft): void {
    const triggers = draft.base.kind === 'stage' ? triggersOf(drafts[draft.base.index]!) : [];
    for (const parts of triggers) addSources(parts, draft.parts[0]!.statement);
    for (const parts of draft.parts) addSources(parts, parts.statement);

    function addSources(parts: InstructionParts, statement: Statement): void {
      const report = (message: string, hint?: string) =>
        problems.push({ message, ...(hint && { hint }), line: statement.line, endLine: statement.endLine });
      for (const reference of sourcesOf(parts)) {
        if (/\$./.test(reference)) {
          report(
            `${parts.keyword} takes no variable in from=${quote(reference)}`,
            'Name the image with FROM … AS, where variables are allowed, and take from that name',
          );
          continue;
        }
        const source = toSource(parts.keyword, reference);
        if (source === 'no-stage') report(`There is no stage ${reference}`, 'Stages are counted from 0');
        else if (source) draft.copies.push({ line: statement.line, source });
      }
    }
  }

  /** What ONBUILD of a stage adds to the stages that start from it (not to those that start from them). */
  function triggersOf(base: Draft): InstructionParts[] {
    return base.parts
      .filter((parts) => parts.keyword === 'ONBUILD')
      .map((parts) => splitInstruction(parts.rest, escapeCharacter));
  }

  /**
   * A name means the last stage of that name wherever it stands, later ones included; a number means a stage in COPY,
   * but an image in a mount. What is no stage is an image.
   */
  function toSource(keyword: string, reference: string): CopySource | 'no-stage' | undefined {
    if (keyword === 'COPY' && /^[+-]?\d+$/.test(reference)) {
      const index = Number(reference);
      return index >= 0 && index < drafts.length ? { kind: 'stage', index: Math.abs(index) } : 'no-stage'; // abs: -0
    }
    const index = stageOfName.get(reference.toLowerCase());
    if (index !== undefined) return { kind: 'stage', index };
    return reference === 'scratch' ? undefined : { kind: 'image', reference };
  }
}

/** The references an instruction takes files from. */
function sourcesOf({ keyword, flags }: InstructionParts): readonly string[] {
  if (keyword === 'COPY') {
    const from = flags.find((flag) => flag.name === 'from')?.value;
    return from ? [from] : [];
  }
  if (keyword !== 'RUN') return [];
  return flags.filter((flag) => flag.name === 'mount').flatMap((flag) => mountSources(flag.value ?? ''));
}

function readFrom(rest: string, escapeCharacter: string): { readonly image: string; readonly name?: string } {
  const header = escapeCharacter === '`' ? '# escape=`\n' : '';
  const [from] = DockerfileParser.parse(`${header}FROM ${rest.slice(0, LONGEST_FROM)}`).getInstructions();
  if (!(from instanceof From)) return { image: '' };
  const name = from.getBuildStage();
  return { image: from.getImage() ?? '', ...(name !== null && { name }) };
}

function toInstruction(keyword: string, { line, endLine }: Statement, lines: readonly string[]): Instruction {
  return { keyword, text: lines.slice(line - 1, endLine).join('\n'), line, endLine };
}

function toErrorInfo(
  { message, hint, line, endLine }: Problem,
  path: string,
  lines: readonly string[],
): ErrorInfo {
  const text = (lines[line - 1] ?? '').slice(0, 500);
  return {
    code: 'dockerfile-invalid',
    message,
    hint: hint ?? CORRECT_IT,
    dockerfile: path,
    line,
    endLine,
    text,
  };
}
