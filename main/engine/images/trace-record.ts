import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CopySource, StageBase } from '../../../shared/model/project.ts';
import type { CopyInstruction } from '../project/copy-instructions.ts';
import type { LayerOwner } from '../stages/attribute-layers.ts';

const orUndefined = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);

const Copy = z.object({
  keyword: z.enum(['COPY', 'ADD']),
  from: orUndefined(CopySource),
  sources: z.array(z.string()).readonly(),
  fetches: z.boolean(),
  heredocs: z.array(z.string()).readonly(),
  destination: z.string(),
  parents: z.boolean(),
}) satisfies z.ZodType<CopyInstruction>;

const Place = { stage: z.number().int(), line: z.number().int() };
const Owner = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('base'), reference: z.string(), ...Place }),
  z.object({
    kind: z.literal('instruction'),
    ...Place,
    endLine: z.number().int(),
    copy: z.union([Copy, z.literal('unknown')]).exactOptional(),
    trigger: z.literal(true).exactOptional(),
  }),
]) satisfies z.ZodType<LayerOwner>;

/**
 * What the images of one Dockerfile's build are traced from, but for their layers: enough to trace them again after a
 * restart.
 */
export const TraceRecord = z.object({
  /** The variants that were built: the index of their stage, and of the stages it needs, itself among them. */
  targets: z.array(z.object({ stage: z.number().int(), needs: z.array(z.number().int()) })),
  stages: z.array(
    z.object({
      index: z.number().int(),
      /** Its name or index. */
      name: z.string(),
      /** The line of its FROM. */
      line: z.number().int(),
      base: StageBase,
      /** The handle of its image. */
      image: z.string(),
      /** Of its layers, bottom first; null where that is not known. */
      owners: z.array(Owner.nullable()),
    }),
  ),
  /** What the index of the context as it was sent is kept under; null where there is none. */
  context: z.string().nullable(),
});
export type TraceRecord = z.infer<typeof TraceRecord>;

/** Names a record by what is in it, in whichever order it was put there. */
export function traceId(record: TraceRecord): string {
  const inOrder = JSON.stringify(TraceRecord.parse(record));
  return createHash('sha256').update(inOrder).digest('hex').slice(0, 24);
}

/**
 * A handle on the image of a stage as a variant saw it: with the origin of every file, and what became of it in the
 * variant's image. `target` is the stage of the variant, `stage` the one whose image it is.
 */
export function tracedHandle(image: string, id: string, target: number, stage: number): string {
  return `${image}~origins-${id}-${target}-${stage}`;
}

/** The image's own handle and the record's id, of a traced handle. */
export function readTracedHandle(
  handle: string,
): { readonly image: string; readonly id: string } | undefined {
  const match = /^(.+)~origins-([0-9a-f]{24})-\d+-\d+$/.exec(handle);
  return match ? { image: match[1]!, id: match[2]! } : undefined;
}
