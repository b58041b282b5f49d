import { z } from 'zod';

/** What `cache --json` prints. */
export const CacheDocument = z.object({
  schema: z.literal('layerscope/cache@1'),
  /** The database file; null where the cache is switched off. */
  path: z.string().nullable(),
  layers: z.number().int(),
  entries: z.number().int(),
  bytes: z.number(),
});
export type CacheDocument = z.infer<typeof CacheDocument>;
