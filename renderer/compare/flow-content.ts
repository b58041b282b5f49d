import type { Flow } from '../../shared/model/project-document.ts';
import type { OwnerShare } from '../charts/owner-shares.ts';
import type { Owner } from '../charts/owners.ts';

/** By origin; undefined where that cannot be told. */
export type FlowContent = readonly OwnerShare[] | undefined;

/**
 * What goes along each flow, by origin: what came into its source and what starts there. Where several origins go
 * several ways, flows do not say which part took which. The flows must not lead in a circle.
 */
export function flowContents(
  flows: readonly Flow[],
  ownerOf: (id: string) => Owner | undefined,
): (flow: Flow) => FlowContent {
  const at = new Map<string, FlowContent>();
  const contentAt = (id: string): FlowContent => {
    if (!at.has(id)) at.set(id, gather(id));
    return at.get(id);
  };
  const gather = (id: string): FlowContent => {
    const sums = new Map<Owner, number>();
    const add = (owner: Owner, bytes: number) => sums.set(owner, (sums.get(owner) ?? 0) + bytes);
    const into = flows.filter(({ to, bytes }) => to === id && bytes > 0);
    for (const arriving of into) {
      const content = along(arriving);
      if (!content) return undefined;
      for (const { owner, bytes } of content) add(owner, bytes ?? 0);
    }
    const own = total(waysOut(id)) - total(into);
    const owner = ownerOf(id);
    if (own > 0 && !owner) return undefined;
    if (own > 0 && owner) add(owner, own);
    return [...sums].map(([owner, bytes]) => ({ owner, bytes }));
  };
  const waysOut = (id: string) => flows.filter(({ from, bytes }) => from === id && bytes > 0);
  const along = ({ from, bytes }: Flow): FlowContent => {
    const content = bytes === 0 ? [] : contentAt(from);
    if (!content || waysOut(from).length <= 1) return content;
    return content.length === 1 ? [{ owner: content[0]!.owner, bytes }] : undefined;
  };
  return along;
}

function total(flows: readonly Flow[]): number {
  return flows.reduce((sum, { bytes }) => sum + bytes, 0);
}
