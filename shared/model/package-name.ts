import { z } from 'zod';

export const ecosystems = ['dpkg', 'apk', 'rpm', 'npm', 'python', 'go', 'java', 'composer', 'gem'] as const;
/** Who manages a package. */
export const Ecosystem = z.enum(ecosystems);
export type Ecosystem = z.infer<typeof Ecosystem>;

/** A package as its manager records it. */
export const PackageName = z.object({
  /** Unique in an image: `dpkg:gcc-12`, `npm:/app/node_modules/lodash`. */
  id: z.string(),
  ecosystem: Ecosystem,
  name: z.string(),
  /** Null where the record does not say. */
  version: z.string().nullable(),
});
export type PackageName = z.infer<typeof PackageName>;
