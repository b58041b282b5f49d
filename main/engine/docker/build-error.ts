import type { ErrorInfo } from '../../../shared/api/errors.ts';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { Dockerfile } from '../../../shared/model/project.ts';
import type { StepLocation } from './locate-step.ts';
import { isSameImage, locateStep, parseStepName } from './locate-step.ts';
import type { FailedStep } from './step-tracker.ts';

export interface BuildFailure {
  /** The engine's message, as the build stream ends with it. */
  readonly message: string;
  /** The step that failed, where one did. */
  readonly step: FailedStep | undefined;
  /** The Dockerfile as parsed; undefined where nobody read it. */
  readonly source: Dockerfile | undefined;
  readonly target: string | undefined;
  /** Why a credential helper gave nothing for a registry that was asked. */
  readonly helperProblem?: string | undefined;
}

/** What the engine prints before the cause, in 20.10's words and today's. */
const prefixes =
  /^(?:failed to solve(?: with frontend [\w.-]+)?: |failed to create LLB definition: |failed to load cache key: |rpc error: code = \w+ desc = )+/;

/** A failed build as an error for people, with the place in the Dockerfile where that is certain. */
export function buildError(failure: BuildFailure): LayerscopeError {
  for (const reading of [
    builderUnsupported,
    syntaxUnavailable,
    dockerfileInvalid,
    stageUnknown,
    dockerfileMissing,
    baseUnavailable,
    sourceMissing,
    notGiven,
    stepFailed,
  ]) {
    const info = reading(failure);
    if (info) return new LayerscopeError(info);
  }
  return new LayerscopeError({
    code: 'build-failed',
    message: `The build failed: ${cause(failure.message)}`,
    hint: 'Read the log of the build; `docker build` with the same settings should say the same',
    ...dockerfileOf(failure),
  });
}

function cause(message: string): string {
  return message.replace(prefixes, '').trim();
}

function dockerfileOf({ source }: BuildFailure): Pick<ErrorInfo, 'dockerfile'> {
  return source ? { dockerfile: source.path } : {};
}

function at(failure: BuildFailure, location: StepLocation | undefined): Partial<ErrorInfo> {
  const { source } = failure;
  if (!source || !location) return dockerfileOf(failure);
  const stage = source.stages[location.stage];
  return {
    dockerfile: source.path,
    line: location.line,
    endLine: location.endLine,
    text: linesOf(source, location.line, location.endLine),
    ...(stage ? { stage: stage.name ?? String(stage.index) } : {}),
  };
}

function linesOf({ source }: Dockerfile, line: number, endLine: number): string {
  return source
    .split(/\r?\n/)
    .slice(line - 1, endLine)
    .join('\n');
}

/** Engines before 28 with the containerd image store cannot take a context in the request (moby 47717, 49178). */
function builderUnsupported({ message, step }: BuildFailure): ErrorInfo | undefined {
  const all = `${message} ${step?.error ?? ''}`;
  const context = /lookup build-context-|build-context-[\w.-]+.*\b403\b|invalid response status 403/.test(
    all,
  );
  const noBuildKit = /buildkit.*not (?:supported|enabled)|version 2 .*not supported/i.test(all);
  if (!context && !noBuildKit) return undefined;
  return {
    code: 'builder-unsupported',
    message: context
      ? 'This engine cannot take the build context with the request: its containerd image store is older than engine 28'
      : 'This engine cannot build with BuildKit',
    hint: context
      ? 'Update Docker to version 28 or newer, or switch the containerd image store off in its settings'
      : 'Update Docker, or connect to an engine that has BuildKit',
  };
}

function syntaxUnavailable(failure: BuildFailure): ErrorInfo | undefined {
  const { message, step, source } = failure;
  const frontend =
    /^resolve image config for (?:docker-image:\/\/)?(\S+)/.exec(step?.name ?? '')?.[1] ??
    (/with frontend gateway\.v0/.test(message) ? source?.syntax : undefined);
  if (!frontend) return undefined;
  const line = source
    ? source.source.split(/\r?\n/).findIndex((text) => /^\s*#\s*syntax\s*=/i.test(text)) + 1
    : 0;
  return {
    code: 'syntax-unavailable',
    message: `The engine could not get ${source?.syntax ?? frontend}, which the \`# syntax=\` line asks it to read the Dockerfile with: ${reason(step?.error ?? cause(message)).text}`,
    hint: 'That line makes the engine pull an image before it builds: connect it to the network, or remove the line if the Dockerfile needs nothing newer than the engine has',
    ...(source && line > 0 ? at(failure, { stage: -1, line, endLine: line }) : dockerfileOf(failure)),
  };
}

function dockerfileInvalid(failure: BuildFailure): ErrorInfo | undefined {
  const { message, source } = failure;
  const parse = /dockerfile parse error (?:on )?line (\d+): ([\s\S]*)/.exec(message);
  const whole =
    /(no build stage in current context|(?:the|file with no instructions|dockerfile) [^:]*(?:cannot be empty|no instructions)|circular dependency detected on stage: .*|file with no instructions)/i.exec(
      message,
    );
  if (!parse) {
    return whole
      ? {
          code: 'dockerfile-invalid',
          message: `The Dockerfile cannot be built: ${whole[1]}`,
          hint: 'Correct the Dockerfile and build again',
          ...dockerfileOf(failure),
        }
      : undefined;
  }
  const line = Number(parse[1]);
  const what = parse[2]!.trim().split('\n')[0]!;
  // 20.10's own frontend is older than heredocs, --link, --parents and --exclude.
  const heredoc = source ? insideHeredoc(source, line) : false;
  const flag = /unknown flag: -*([\w-]+)/i.exec(what)?.[1];
  const newer = heredoc ? 'heredocs (`<<EOF`)' : flag ? `the flag --${flag}` : undefined;
  return {
    code: 'dockerfile-invalid',
    message: newer
      ? `This engine does not read ${newer} in a Dockerfile: ${what}`
      : `The engine cannot read the Dockerfile: ${what}`,
    hint: newer
      ? 'Update Docker, or begin the file with `# syntax=docker/dockerfile:1`, which makes the engine pull a newer frontend'
      : 'Correct this line and build again',
    ...(source ? at(failure, { stage: -1, line, endLine: line }) : { line }),
  };
}

/** A line after the first of an instruction that opens a heredoc. */
function insideHeredoc({ stages }: Dockerfile, line: number): boolean {
  return stages
    .flatMap(({ instructions }) => instructions)
    .some(
      (instruction) =>
        instruction.line < line &&
        line <= instruction.endLine &&
        /<<-?["']?\w/.test(instruction.text.split('\n')[0] ?? ''),
    );
}

function stageUnknown(failure: BuildFailure): ErrorInfo | undefined {
  const match = /target stage "?(.*?)"? could not be found/.exec(failure.message);
  if (!match) return undefined;
  const names = failure.source?.stages.map((stage) => stage.name ?? String(stage.index));
  return {
    code: 'stage-unknown',
    message: `There is no stage ${JSON.stringify(failure.target ?? match[1])} in the Dockerfile`,
    hint: 'Choose one of its stages, by name or number',
    ...dockerfileOf(failure),
    ...(names ? { candidates: names } : {}),
  };
}

function dockerfileMissing(failure: BuildFailure): ErrorInfo | undefined {
  if (!/failed to read dockerfile: .*no such file or directory/.test(failure.message)) return undefined;
  return {
    code: 'dockerfile-not-found',
    message: 'The Dockerfile was not among the files sent to the engine',
    hint: 'See that it is there and can be read, and build again',
    ...dockerfileOf(failure),
  };
}

function baseUnavailable(failure: BuildFailure): ErrorInfo | undefined {
  const { step, message, source } = failure;
  const name = step?.name ?? '';
  const printed =
    /^\[internal\] load metadata for (\S+)/.exec(name)?.[1] ??
    /(?:^|\] )FROM (\S+)$/.exec(name)?.[1] ??
    /failed to resolve source metadata for (\S+?): /.exec(message)?.[1];
  if (!printed) return undefined;
  const place = source ? (locateStep(name, source) ?? lineOfImage(printed, source)) : undefined;
  const { text, hint } = reason(step?.error || cause(message), failure.helperProblem);
  const reference = printed.replace(/^docker\.io\/(?:library\/)?/, '');
  return {
    code: 'base-unavailable',
    message: `The image ${reference} is not in the engine and cannot be pulled: ${text}`,
    hint,
    ...at(failure, place),
  };
}

/** The first FROM of the image, else the first instruction that copies from it. */
function lineOfImage(printed: string, { stages }: Dockerfile): StepLocation | undefined {
  for (const { base, index, instructions } of stages) {
    const [from] = instructions;
    if (from && base.kind === 'image' && isSameImage(printed, base.reference)) {
      return { stage: index, line: from.line, endLine: from.endLine };
    }
  }
  for (const { copies, index } of stages) {
    for (const { line, source } of copies) {
      if (source.kind === 'image' && isSameImage(printed, source.reference))
        return { stage: index, line, endLine: line };
    }
  }
  return undefined;
}

/** Why a registry gave nothing, and what to do about it; `helperProblem`: why there were no credentials for it. */
export function reason(
  error: string,
  helperProblem?: string,
): { readonly text: string; readonly hint: string } {
  const text = cause(error).split('\n')[0]!.trim();
  if (
    /\b(?:no such host|i\/o timeout|network is unreachable|connection refused|no route to host|TLS handshake timeout|server misbehaving|deadline exceeded)\b/i.test(
      text,
    )
  ) {
    return {
      text,
      hint: 'The registry cannot be reached: check the network, the name of the registry and the proxy settings of the engine',
    };
  }
  if (/\b(?:unauthorized|denied|forbidden|authorization failed|no basic auth)\b/i.test(text)) {
    return {
      text,
      hint: helperProblem
        ? `${helperProblem}: correct that, or take it out of config.json and use \`docker login\``
        : 'There is no such image, or it is private: check the name, and use `docker login` for a private one',
    };
  }
  if (/no match for platform|does not match the specified platform/i.test(text)) {
    return {
      text,
      hint: 'The image does not exist for this platform: choose another platform or another image',
    };
  }
  if (/not found|manifest unknown|name unknown/i.test(text)) {
    return { text, hint: 'There is no such image: check its name and tag' };
  }
  return { text, hint: 'Check the name of the image, and that `docker pull` can get it' };
}

/** A source in another stage: in older engines its path begins with their own folder for the mounted layer. */
function missingInStage(path: string | undefined, instruction: string): string | undefined {
  if (path === undefined || instruction.includes(path.slice(1))) return path;
  return /^\S*?\/(?:merged|buildkit-mount\d+|rootfs|fs)(\/.*)$/.exec(path)?.[1] ?? path;
}

/** A COPY or ADD whose source is not there. */
function sourceMissing(failure: BuildFailure): ErrorInfo | undefined {
  const { message, step, source } = failure;
  const name = step ? parseStepName(step.name) : undefined;
  if (step && name?.keyword !== 'COPY' && name?.keyword !== 'ADD') return undefined;
  const text = step?.error || message;
  const missing =
    /"([^"]+)"(?:: | )not found/.exec(text)?.[1] ??
    missingInStage(/lstat (\/.*?): no such file or directory/.exec(text)?.[1], name?.text ?? '');
  if (missing === undefined) return undefined;
  const place = step && source ? locateStep(step.name, source) : undefined;
  const from = /--from=(\S+)/.exec(name?.text ?? '')?.[1];
  return {
    code: 'build-step-failed',
    message: from
      ? `${missing} is not in ${from}, where ${name?.keyword ?? 'the step'} takes it from`
      : `${missing} is not in the build context`,
    hint: from
      ? 'Check the path, and that an earlier instruction of that stage makes it'
      : 'Check the path and the .dockerignore file; paths begin at the context folder',
    ...at(failure, place),
  };
}

/** A mount with `required` asks for a secret or an agent that nobody gave; engines word it differently. */
function notGiven(failure: BuildFailure): ErrorInfo | undefined {
  const { message, step, source } = failure;
  const name = step && parseStepName(step.name);
  if (!name) return undefined;
  const text = cause(step.error || message);
  const secret = /^secret (.+?)(?: not found)?: not found$/.exec(text)?.[1];
  const ssh = /^no SSH key "(.*)" forwarded from the client$/.exec(text)?.[1];
  if (secret === undefined && ssh === undefined) return undefined;
  const place = at(failure, source && locateStep(step.name, source));
  return secret === undefined
    ? {
        code: 'ssh-unavailable',
        message: `${name.keyword} needs the ssh agent ${JSON.stringify(ssh || 'default')}, which the build was not given`,
        hint: 'Give the build your ssh agent, or a key, under this name: in its settings, or with --ssh',
        ...place,
      }
    : {
        code: 'secret-unavailable',
        message: `${name.keyword} needs the secret ${JSON.stringify(secret)}, which the build was not given`,
        hint: 'Give the build a secret of this name, from a file or a variable: in its settings, or with --secret',
        ...place,
      };
}

function stepFailed(failure: BuildFailure): ErrorInfo | undefined {
  const { step, source, message } = failure;
  const name = step ? parseStepName(step.name) : undefined;
  if (!step || !name) return undefined;
  const error = step.error || cause(message);
  const exit = /exit code: (\d+)/.exec(error)?.[1];
  const place = source ? locateStep(step.name, source) : undefined;
  const bridge = /network bridge not found|could not find bridge|network \S+ not found/i.test(error);
  return {
    code: 'build-step-failed',
    message: exit
      ? `${name.keyword} ended with exit code ${exit}`
      : `${name.keyword} failed: ${cause(error).split('\n')[0]}`,
    hint: bridge
      ? 'This engine has no bridge network: set the network of RUN to host'
      : 'Read what the step printed, correct it and build again',
    ...at(failure, place),
    ...(step.output.length > 0 ? { output: [...step.output] } : {}),
  };
}
