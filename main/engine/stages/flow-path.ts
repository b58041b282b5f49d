import type { FileOrigin } from '../../../shared/model/origin.ts';

/**
 * The way of content through the flow graph: the id of its origin, the stages that held it, `image`. What an
 * instruction made starts at its stage.
 */
export function flowPath({ kind, id, through }: FileOrigin): string[] {
  const stages = through.map((stage) => `stage:${stage}`);
  return [...(kind === 'stage' ? [] : [id]), ...stages, 'image'];
}
