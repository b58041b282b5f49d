import { z } from 'zod';

export const originKinds = ['base', 'context', 'stage', 'external', 'untraced'] as const;
export const OriginKind = z.enum(originKinds);
export type OriginKind = z.infer<typeof OriginKind>;

/**
 * How a file was followed through `COPY --from`, and through the context, to its origin: `exact` by the path that the
 * instruction maps it from, with equal content, all the way; `moved` by equal content elsewhere at some step.
 */
export const TraceRule = z.enum(['exact', 'moved']);
export type TraceRule = z.infer<typeof TraceRule>;

/** Where the content of a file is from. */
export const FileOrigin = z.object({
  kind: OriginKind,
  /** `base:REF` as written after FROM with its arguments replaced, `context`, `stage:INDEX`, `external:REF`, `untraced`. */
  id: z.string(),
  /** What people read: the reference, the stage's name or index. */
  name: z.string(),
  /**
   * The stage and Dockerfile lines that brought it in: of a base its FROM, of the context or an external image the COPY
   * or ADD, of a stage its instruction, of what is untraced the COPY that lost it.
   */
  stage: z.number().int(),
  line: z.number().int(),
  endLine: z.number().int(),
  /** Null of what is untraced. */
  rule: TraceRule.nullable(),
  /** Indices of the stages that held it, from the first on; the last is the one whose image this is. */
  through: z.array(z.number().int()).min(1),
});
export type FileOrigin = z.infer<typeof FileOrigin>;
