import { z } from 'zod';
import { ErrorInfo } from '../api/errors.ts';

export const EngineStatus = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('ready'),
    /** Where it answers: `unix:///var/run/docker.sock`. */
    endpoint: z.string(),
    version: z.string(),
    apiVersion: z.string(),
    /** `linux/amd64`. */
    platform: z.string(),
    imageStore: z.enum(['graph-driver', 'containerd']),
  }),
  z.object({ state: z.literal('unavailable'), error: ErrorInfo }),
]);
export type EngineStatus = z.infer<typeof EngineStatus>;

/** A row of `docker images`: one a tag. */
export const EngineImage = z.object({
  repository: z.string().optional(),
  tag: z.string().optional(),
  id: z.string(),
  /** ms since the epoch. */
  created: z.number(),
  /** What the engine reports, bytes. */
  size: z.number(),
  /** Whether Layerscope built it. */
  built: z.boolean(),
});
export type EngineImage = z.infer<typeof EngineImage>;

export const PullProgress = z.object({
  /** Layers done and known so far. */
  done: z.number().int(),
  layers: z.number().int(),
  bytes: z.number(),
  total: z.number().optional(),
  status: z.string(),
});
export type PullProgress = z.infer<typeof PullProgress>;
