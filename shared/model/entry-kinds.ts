import { z } from 'zod';

/** Kinds of entries of an image's filesystem. */
export const entryKinds = ['file', 'directory', 'symlink', 'character', 'block', 'fifo'] as const;
export const EntryKindName = z.enum(entryKinds);
export type EntryKindName = z.infer<typeof EntryKindName>;
