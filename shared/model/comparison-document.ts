import { z } from 'zod';
import { boundedList, ImageSizes, Warning } from './image-document.ts';

export const changeKinds = ['added', 'removed', 'changed', 'metadata', 'moved'] as const;
export const ChangeKind = z.enum(changeKinds);
export type ChangeKind = z.infer<typeof ChangeKind>;

export const ComparedImage = z.object({
  name: z.string(),
  id: z.string(),
  sizes: ImageSizes,
  files: z.number().int().nullable(),
});

export const ChangeTotal = z.object({ files: z.number().int(), bytes: z.number().int() });
export type ChangeTotal = z.infer<typeof ChangeTotal>;

/** `bytes` is Σ right − Σ left; of `same` it is the bytes in common. */
export const ChangeTotals = z.object({
  added: ChangeTotal,
  removed: ChangeTotal,
  changed: ChangeTotal,
  metadata: ChangeTotal,
  moved: ChangeTotal,
  same: ChangeTotal,
});
export type ChangeTotals = z.infer<typeof ChangeTotals>;

export const ChangeRow = z.object({
  path: z.string(),
  pathBase64: z.string().optional(),
  kind: ChangeKind,
  /** Where it was on the left, of a moved file. */
  from: z.string().optional(),
  fromBase64: z.string().optional(),
  /** Bytes this path carries on either side; null where it is not there. */
  left: z.number().int().nullable(),
  right: z.number().int().nullable(),
});
export type ChangeRow = z.infer<typeof ChangeRow>;

export const ComparisonDocument = z.object({
  schema: z.literal('layerscope/comparison@1'),
  left: ComparedImage,
  right: ComparedImage,
  delta: z.object({
    live: z.number().int().nullable(),
    stored: z.number().int().nullable(),
    ratio: z.number().nullable(),
  }),
  totals: ChangeTotals.nullable(),
  changes: boundedList(ChangeRow).nullable(),
  warnings: z.array(Warning),
});
export type ComparisonDocument = z.infer<typeof ComparisonDocument>;
