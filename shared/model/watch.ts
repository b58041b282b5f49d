import { z } from 'zod';
import { ErrorInfo } from '../api/errors.ts';
import { BuildState } from './build.ts';
import { Warning } from './image-document.ts';

/** A folder that is built and compared again whenever something changes that its images are made of. */
export const WatchSnapshot = z.object({
  id: z.string(),
  folder: z.string(),
  variants: z.array(z.string()),
  /** `watching`: all is built, and nothing has changed since. */
  state: z.enum(['building', 'watching', 'stopped']),
  /** The build that runs, else the last one. */
  build: z.string().optional(),
  /** What that build was started for: none of the first one. Paths are relative to the folder, the first few of them. */
  changed: z.object({ at: z.number(), total: z.number().int(), paths: z.array(z.string()) }).optional(),
  /** How the last build that was not given up for a newer change ended, and how long it took from the change, ms. */
  ended: z.object({ state: BuildState, at: z.number(), durationMs: z.number() }).optional(),
  /**
   * Why there is no newer result than the one shown: a Dockerfile that cannot be read, a folder that is gone, an engine
   * that was lost. What a variant failed with is in its build and in the result. Gone with the next build that works.
   */
  error: ErrorInfo.optional(),
  /** What keeps it from noticing changes at once, or all of them. */
  warning: Warning.optional(),
});
export type WatchSnapshot = z.infer<typeof WatchSnapshot>;
