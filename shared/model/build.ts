import { z } from 'zod';
import { ErrorInfo } from '../api/errors.ts';
import { ProjectDocument, VariantDocument } from './project-document.ts';

/**
 * How an image's layers come from the engine: `buildkit`, straight from the build and only those that are not known, or
 * `save`, all of them as an archive of the image that was built.
 */
export const Transport = z.enum(['buildkit', 'save']);
export type Transport = z.infer<typeof Transport>;

export const StepStatus = z.enum(['waiting', 'running', 'cached', 'done', 'failed', 'cancelled']);
export type StepStatus = z.infer<typeof StepStatus>;

/** One BuildKit vertex. Times are ms since the epoch. */
export const BuildStep = z.object({
  /** The vertex digest: stable within a build. */
  id: z.string(),
  /** BuildKit's own name: `[builder 3/4] RUN …`. */
  name: z.string(),
  /** Index of the stage, and the Dockerfile lines, of the instruction it runs. */
  stage: z.number().int().optional(),
  /** The stage's name as written, where it has one. */
  stageName: z.string().optional(),
  line: z.number().int().optional(),
  endLine: z.number().int().optional(),
  status: StepStatus,
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
  /** Of what it transfers: bytes, and how many there will be. */
  current: z.number().optional(),
  total: z.number().optional(),
  error: z.string().optional(),
});
export type BuildStep = z.infer<typeof BuildStep>;

export const VariantStatus = z.enum(['waiting', 'building', 'reading', 'built', 'failed', 'cancelled']);
export type VariantStatus = z.infer<typeof VariantStatus>;

/** The state of one variant's build; `logs` is what each step printed, by step id, its last 64 kB. */
export const VariantBuild = z.object({
  name: z.string(),
  status: VariantStatus,
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
  steps: z.array(BuildStep),
  logs: z.record(z.string(), z.string()),
  error: ErrorInfo.optional(),
});
export type VariantBuild = z.infer<typeof VariantBuild>;

/** How far reading images is: ten a second at most. */
export const ReadProgress = z.object({
  /** Bytes read of the images' archive. */
  bytes: z.number(),
  /** How many there will be; an estimate from the engine's sizes where it streams. */
  total: z.number().optional(),
  /** How long the rest may take, ms; only where the total and a steady rate are known. */
  remainingMs: z.number().nonnegative().optional(),
});
export type ReadProgress = z.infer<typeof ReadProgress>;

export const BuildState = z.enum(['building', 'reading', 'done', 'cancelled', 'failed']);
export type BuildState = z.infer<typeof BuildState>;

/** Everything the building screen shows, so that a reload in the middle loses nothing. */
export const BuildSnapshot = z.object({
  id: z.string(),
  folder: z.string(),
  state: BuildState,
  startedAt: z.number(),
  variants: z.array(VariantBuild),
  reading: ReadProgress.optional(),
  /** Why the whole build ended early: the engine was lost, the folder vanished. */
  error: ErrorInfo.optional(),
});
export type BuildSnapshot = z.infer<typeof BuildSnapshot>;

/** Changes to the snapshot, in order. */
export const BuildEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), snapshot: BuildSnapshot }),
  z.object({
    type: z.literal('variant'),
    variant: z.string(),
    status: VariantStatus,
    at: z.number(),
    error: ErrorInfo.optional(),
  }),
  /** Replaces the step of that id, or adds it. */
  z.object({ type: z.literal('step'), variant: z.string(), step: BuildStep }),
  z.object({ type: z.literal('log'), variant: z.string(), step: z.string(), text: z.string() }),
  z.object({ type: z.literal('reading'), progress: ReadProgress }),
  z.object({ type: z.literal('state'), state: BuildState, error: ErrorInfo.optional() }),
]);
export type BuildEvent = z.infer<typeof BuildEvent>;

/** What a variant last came to, before its build failed or was cancelled. */
export const LastGood = z.object({
  variant: VariantDocument,
  handle: z.string(),
  /** Index of a stage it needed → handle on that stage's files. */
  stages: z.record(z.string(), z.string()),
  finishedAt: z.number(),
  /** Whether the others of its group were held against it. */
  isBaseline: z.boolean(),
});
export type LastGood = z.infer<typeof LastGood>;

/** What a finished build shows: the document, and a handle on each built variant's files. */
export const BuildResult = z.object({
  document: ProjectDocument,
  /** Variant name → image handle for the `files` and `compare` methods. */
  handles: z.record(z.string(), z.string()),
  /** Variant name → index of a stage it needed → handle on that stage's files, with what became of them. */
  stages: z.record(z.string(), z.record(z.string(), z.string())).default({}),
  finishedAt: z.number(),
  /** Names what the document was computed from: the same again is not computed again. */
  fingerprint: z.string().optional(),
  /** What the folder's build before this one came to: what grew or shrank since is told against it. */
  previous: z
    .object({
      finishedAt: z.number(),
      handles: z.record(z.string(), z.string()),
      /** Variant name → live bytes of its image. */
      live: z.record(z.string(), z.number()),
    })
    .optional(),
  /** By name of a variant without an image: what it came to before, if that is still at hand. */
  lastGood: z.record(z.string(), LastGood).optional(),
});
export type BuildResult = z.infer<typeof BuildResult>;
