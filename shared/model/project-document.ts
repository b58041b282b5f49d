import { z } from 'zod';
import { ErrorInfo } from '../api/errors.ts';
import { ImageFacts, Warning } from './image-document.ts';
import { VariantKind } from './project.ts';

const MaybeBytes = z.number().int().nonnegative().nullable();

export const OriginDocument = z.object({
  kind: z.enum(['base', 'context', 'stage', 'external', 'untraced']),
  id: z.string(),
  name: z.string(),
  bytes: z.number().int(),
  files: z.number().int(),
  lines: z.array(
    z.object({
      stage: z.number().int(),
      line: z.number().int(),
      endLine: z.number().int(),
      bytes: z.number().int(),
      rule: z.enum(['exact', 'moved']).nullable(),
    }),
  ),
});

export const StageDocument = z.object({
  index: z.number().int(),
  name: z.string(),
  base: z.string(),
  built: z.boolean(),
  live: MaybeBytes,
  own: MaybeBytes,
  shared: MaybeBytes,
  reached: MaybeBytes,
  leftBehind: MaybeBytes,
});
export type StageDocument = z.infer<typeof StageDocument>;

export const BuildDocument = z.object({
  status: z.enum(['built', 'failed', 'cancelled']),
  durationMs: z.number(),
  steps: z.number().int(),
  cachedSteps: z.number().int(),
  transport: z.enum(['save', 'buildkit']),
  /** Bytes of image archive read for this variant; a layer shared by several counts for the first. */
  bytesRead: z.number().int(),
  error: ErrorInfo.nullable(),
});

export const VariantDocument = z.object({
  name: z.string(),
  dockerfile: z.string(),
  context: z.string(),
  target: z.string().nullable(),
  platform: z.string().nullable(),
  buildArgs: z.record(z.string(), z.string()),
  kind: VariantKind,
  build: BuildDocument,
  image: ImageFacts.nullable(),
  /** Null until every byte can be traced below the level of a layer. */
  origins: z.array(OriginDocument).nullable(),
  stages: z.array(StageDocument),
  leftBehind: MaybeBytes,
  flows: z.array(z.object({ from: z.string(), to: z.string(), bytes: z.number().int() })).nullable(),
});
export type VariantDocument = z.infer<typeof VariantDocument>;

export const GroupDocument = z.object({
  context: z.string(),
  baseline: z.string().nullable(),
  rows: z.array(
    z.object({
      variant: z.string(),
      live: MaybeBytes,
      delta: z.number().int().nullable(),
      ratio: z.number().nullable(),
    }),
  ),
});
export type GroupDocument = z.infer<typeof GroupDocument>;

/** What `build --json` prints and what the comparison screen shows. */
export const ProjectDocument = z.object({
  schema: z.literal('layerscope/project@1'),
  folder: z.string(),
  variants: z.array(VariantDocument),
  groups: z.array(GroupDocument),
  warnings: z.array(Warning),
});
export type ProjectDocument = z.infer<typeof ProjectDocument>;
