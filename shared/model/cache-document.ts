import { z } from 'zod';

/** What `cache --json` prints. */
export const CacheDocument = z.object({
  schema: z.literal('layerscope/cache@1'),
  /** The database file; null where the cache is switched off. */
  path: z.string().nullable(),
  layers: z.number().int(),
  entries: z.number().int(),
  bytes: z.number(),
  /** Bytes that layers may take; the least recently used ones go beyond it. */
  limit: z.number(),
  /** When the layer was used that was not used for longest, and the one that was used last (ISO 8601); null without any. */
  oldestUse: z.string().nullable(),
  newestUse: z.string().nullable(),
});
export type CacheDocument = z.infer<typeof CacheDocument>;
