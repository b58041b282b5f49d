import { z } from 'zod';
import { ErrorInfo } from '../api/errors.ts';
import { Warning } from './image-document.ts';

/** Where a stage starts from: `FROM reference`, `FROM stage`, `FROM scratch`. */
export const StageBase = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('image'), reference: z.string() }),
  z.object({ kind: z.literal('stage'), index: z.number().int() }),
  z.object({ kind: z.literal('scratch') }),
]);
export type StageBase = z.infer<typeof StageBase>;

/** What a `COPY --from=` or `RUN --mount=from=` takes from. */
export const CopySource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('image'), reference: z.string() }),
  z.object({ kind: z.literal('stage'), index: z.number().int() }),
]);
export type CopySource = z.infer<typeof CopySource>;

export const Instruction = z.object({
  /** Upper case: `RUN`. */
  keyword: z.string(),
  /** The instruction as written, its continuation lines joined by newlines. */
  text: z.string(),
  /** From 1, both inclusive. */
  line: z.number().int(),
  endLine: z.number().int(),
});
export type Instruction = z.infer<typeof Instruction>;

export const Stage = z.object({
  index: z.number().int(),
  /** As written after AS; undefined for a stage without a name. */
  name: z.string().optional(),
  base: StageBase,
  /** As FROM has it, its arguments replaced; undefined where it has none. */
  platform: z.string().optional(),
  line: z.number().int(),
  endLine: z.number().int(),
  /** The FROM first. */
  instructions: z.array(Instruction),
  copies: z.array(z.object({ line: z.number().int(), source: CopySource })),
});
export type Stage = z.infer<typeof Stage>;

export const BuildArg = z.object({
  name: z.string(),
  default: z.string().optional(),
  line: z.number().int(),
});
export type BuildArg = z.infer<typeof BuildArg>;

/** A value that a build may see in `RUN --mount=type=secret` and that is nowhere in its image: from a file or a variable. */
export const BuildSecret = z.object({
  id: z.string().min(1),
  /** Path of the file, relative to the folder or absolute. */
  source: z.string().optional(),
  /** Name of the environment variable. */
  environment: z.string().optional(),
});
export type BuildSecret = z.infer<typeof BuildSecret>;

/** What `RUN --mount=type=ssh` may use: an agent's socket, or private keys. */
export const BuildSsh = z.object({
  /** `default` unless the mount names another. */
  id: z.string().min(1),
  /** Paths of a socket or of keys; none: the agent that SSH_AUTH_SOCK names. */
  paths: z.array(z.string()).default([]),
});
export type BuildSsh = z.infer<typeof BuildSsh>;

export const Dockerfile = z.object({
  /** Relative to the project folder, with `/`. */
  path: z.string(),
  /** Relative to the project folder, `.` for the folder itself. */
  context: z.string(),
  /** The frontend a `# syntax=` line asks for. */
  syntax: z.string().optional(),
  /** The character that continues a line: backslash unless `# escape=` says otherwise. */
  escape: z.string(),
  /** Every ARG of the file once, by first appearance. */
  args: z.array(BuildArg),
  stages: z.array(Stage),
  /** The text, for the Dockerfile view and failed lines. */
  source: z.string(),
  /** Why it cannot be built: it does not parse, or names what is not there. */
  problem: ErrorInfo.optional(),
  /**
   * `compose.yaml#SERVICE`: read as that service builds it, with a context, arguments or a platform of its own. One path
   * may be there several times, at most once without.
   */
  readFor: z.string().optional(),
  /** Of the service; what a person sets wins. */
  buildArgs: z.record(z.string(), z.string()).optional(),
  platform: z.string().optional(),
  secrets: z.array(BuildSecret).optional(),
  ssh: z.array(BuildSsh).optional(),
  /** The text stands in the compose file: there is no file at `path`, which is the service's name. */
  inline: z.literal(true).optional(),
});
export type Dockerfile = z.infer<typeof Dockerfile>;

export const VariantKind = z.enum(['single-stage', 'multi-stage', 'stage']);
export type VariantKind = z.infer<typeof VariantKind>;

/** One Dockerfile built to one stage. */
export const Variant = z.object({
  /** PATH, PATH#STAGE where it is not the last stage, or `compose.yaml#SERVICE`; unique in the project. */
  name: z.string(),
  dockerfile: z.string(),
  /** As of its Dockerfile: see `dockerfileOf`. */
  readFor: z.string().optional(),
  /** The services of the compose file whose image it is. */
  services: z.array(z.string()).optional(),
  context: z.string(),
  /** Index of the stage it builds to. */
  stage: z.number().int(),
  /** The stage's name, or its index as text; undefined for the last stage. */
  target: z.string().optional(),
  kind: VariantKind,
  /** Indices of the stages the build needs, its own included, ascending. */
  needs: z.array(z.number().int()),
  /** Whether a comparison includes it unless the person says otherwise. */
  selected: z.boolean(),
});
export type Variant = z.infer<typeof Variant>;

/** Variants that share a build context; `baseline` names the one the others are held against. */
export const VariantGroup = z.object({
  context: z.string(),
  baseline: z.string().optional(),
  variants: z.array(z.string()),
});
export type VariantGroup = z.infer<typeof VariantGroup>;

/** What a person may set before building; all of it optional. */
export const BuildSettings = z.object({
  buildArgs: z.record(z.string(), z.string()).default({}),
  platform: z.string().optional(),
  /** As `docker build --network`: default, host, none. */
  network: z.string().optional(),
  /** Only these Dockerfiles, relative to the folder. */
  files: z.array(z.string()).optional(),
  /** Only these stages, by name or index. */
  targets: z.array(z.string()).optional(),
  /** The context of every Dockerfile, relative to the folder or absolute. */
  contextDir: z.string().optional(),
  noCache: z.boolean().default(false),
  pull: z.boolean().default(false),
  secrets: z.array(BuildSecret).optional(),
  ssh: z.array(BuildSsh).optional(),
  /** `save` asks for the old way also where the engine can do better. */
  transport: z.enum(['buildkit', 'save']).optional(),
});
export type BuildSettings = z.infer<typeof BuildSettings>;

export const Project = z.object({
  /** Absolute path on the engine's host. */
  folder: z.string(),
  name: z.string(),
  /** Whether the person said once that this folder's code may run. */
  trusted: z.boolean(),
  dockerfiles: z.array(Dockerfile),
  variants: z.array(Variant),
  groups: z.array(VariantGroup),
  /** What of the folder could not be understood. */
  warnings: z.array(Warning).optional(),
});
export type Project = z.infer<typeof Project>;
