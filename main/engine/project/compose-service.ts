import { z } from 'zod';
import type { BuildSsh } from '../../../shared/model/project.ts';
import {
  byId,
  readUsedSecrets,
  readUsedSsh,
  type UsedSecret,
  UsedSecrets,
  UsedSsh,
} from './compose-secrets.ts';
import { replaceVariables, VariableError, type VariableLookup } from './compose-variables.ts';
import { quote } from './quote.ts';

const Argument = z.union([z.string(), z.number(), z.bigint(), z.boolean()]).nullable();
const Build = z.object({
  context: z.string().nullish(),
  dockerfile: z.string().nullish(),
  dockerfile_inline: z.string().nullish(),
  args: z.union([z.array(z.string()), z.record(z.string(), Argument)]).nullish(),
  target: z.string().nullish(),
  platforms: z.array(z.string()).nullish(),
  additional_contexts: z.unknown().optional(),
  secrets: UsedSecrets.nullish(),
  ssh: UsedSsh.nullish(),
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
export interface ServicePart {
  readonly hasBuild: boolean;
  readonly context: string | undefined;
  readonly dockerfile: string | undefined;
  readonly inline: string | undefined;
  /** Undefined: the value is the environment's, under the same name. */
  readonly args: ReadonlyMap<string, string | undefined>;
  readonly secrets: readonly UsedSecret[];
  readonly ssh: readonly BuildSsh[];
  readonly target: string | undefined;
  readonly platforms: readonly string[] | undefined;
  readonly platform: string | undefined;
  /** Another service of the same file. */
  readonly extended: string | undefined;
  /** What `!reset` and `!override` take away of what is below: `build`, `build.args.NAME`. */
  readonly replaced: readonly string[];
}

const nothing: ServicePart = {
  hasBuild: false,
  context: undefined,
  dockerfile: undefined,
  inline: undefined,
  args: new Map(),
  secrets: [],
  ssh: [],
  target: undefined,
  platforms: undefined,
  platform: undefined,
  extended: undefined,
  replaced: [],
};

/** Throws ZodError and VariableError. */
export function readService(
  service: Readonly<Record<string, unknown>>,
  replaced: readonly string[],
  environment: VariableLookup,
  report: (message: string, hint: string) => void,
): ServicePart {
  const { build, platform, extends: extended } = Service.parse(service);
  const replace = (text: string | null | undefined) =>
    typeof text === 'string' ? replaceVariables(text, environment) : undefined;
  if (build?.additional_contexts !== undefined) {
    report('build.additional_contexts is not supported and left out', 'Its Dockerfile may not build without');
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
    secrets: readUsedSecrets(build?.secrets ?? [], environment),
    ssh: readUsedSsh(build?.ssh ?? [], environment),
    target: replace(build?.target),
    platforms: build?.platforms?.map((one) => replaceVariables(one, environment)),
    platform: replace(platform),
    extended: extended && !extended.file ? extended.service : undefined,
    replaced,
  };
}

function splitArgument(text: string): readonly [string, string | undefined] {
  const equals = text.indexOf('=');
  return equals === -1 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** What a service is with what overrides it, or with the service that it extends below it. */
export function mergeService(lower: ServicePart, above: ServicePart): ServicePart {
  const below = above.replaced.reduce(without, lower);
  return {
    hasBuild: below.hasBuild || above.hasBuild,
    context: above.context ?? below.context,
    dockerfile: above.dockerfile ?? below.dockerfile,
    inline: above.inline ?? below.inline,
    args: new Map([...below.args, ...above.args]),
    secrets: byId([...below.secrets, ...above.secrets]),
    ssh: byId([...below.ssh, ...above.ssh]),
    target: above.target ?? below.target,
    platforms: [...new Set([...(below.platforms ?? []), ...(above.platforms ?? [])])],
    platform: above.platform ?? below.platform,
    extended: undefined,
    replaced: [],
  };
}

/** The service without what stands at a path. */
function without(part: ServicePart, path: string): ServicePart {
  const [key, ...deeper] = path.split('.');
  if (key === 'platform') return { ...part, platform: undefined };
  if (path === '' || path === 'build') return { ...nothing, platform: path && part.platform };
  const [field, ...name] = key === 'build' ? deeper : [];
  switch (field) {
    case 'args':
      return {
        ...part,
        args: new Map([...part.args].filter(([arg]) => name.length > 0 && arg !== name.join('.'))),
      };
    case 'secrets':
      return { ...part, secrets: [] };
    case 'ssh':
      return { ...part, ssh: part.ssh.filter(({ id }) => name.length > 0 && id !== name.join('.')) };
    case 'dockerfile_inline':
      return { ...part, inline: undefined };
    case 'context':
    case 'dockerfile':
    case 'target':
    case 'platforms':
      return { ...part, [field]: undefined };
    default:
      return part;
  }
}

/** What of a service `readService` threw for. */
export function reasonOf(error: unknown): string {
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
