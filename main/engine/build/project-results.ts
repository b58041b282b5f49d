import type { RecentProject } from '../../../shared/api/contract.ts';
import { BuildResult } from '../../../shared/model/build.ts';
import type { StageDocument } from '../../../shared/model/project-document.ts';
import type { ImageRegistry } from '../images/image-registry.ts';
import type { Store } from '../store/open-store.ts';

export interface ProjectResults {
  /** Also tells what there was before. */
  put(folder: string, result: Omit<BuildResult, 'previous'>): void;
  /** The folder's last build; undefined where there is none or its layers are no longer in the cache. */
  get(folder: string): BuildResult | undefined;
  /** The stages of the build that made the image, of a variant of one of these builds. */
  stagesOf(handle: string): StageDocument[] | undefined;
  recent(): RecentProject[];
}

/** The last build of each folder: what the comparison shows, and what is there again after a restart. */
export function createProjectResults(store: Store, registry: ImageRegistry): ProjectResults {
  const inMemory = new Map<string, BuildResult>();

  function get(folder: string): BuildResult | undefined {
    const known = inMemory.get(folder);
    if (known) return known;
    const kept = BuildResult.safeParse(store.results.get(folder));
    if (!kept.success) return undefined;
    // Its layers may have left the cache: then the folder is built again when somebody asks.
    if (!Object.values(kept.data.handles).every(registry.has)) return undefined;
    inMemory.set(folder, kept.data);
    return kept.data;
  }

  return {
    put(folder, built) {
      const result = { ...built, previous: before(built, get(folder)) };
      inMemory.set(folder, result);
      store.results.put(folder, result);
      const last = headline(result);
      // A build in which nothing came out does not hide what came out before.
      if (last.smallest !== undefined) store.projects.setLast(folder, last);
    },
    get,
    stagesOf(handle) {
      for (const { handles, document } of inMemory.values()) {
        const variant = document.variants.find(({ name }) => handles[name] === handle);
        if (variant) return variant.stages;
      }
      return undefined;
    },
    recent: () => [...store.projects.recent()],
  };
}

/** The last build's images, of variants that this one or the one before it could build. */
function before(
  { handles }: Pick<BuildResult, 'handles'>,
  last: BuildResult | undefined,
): BuildResult['previous'] {
  if (!last) return undefined;
  const live: Record<string, number> = Object.create(null);
  for (const { name, image } of last.document.variants) {
    if (image && image.sizes.live !== null) live[name] = image.sizes.live;
  }
  // A variant that failed the last time is held against the time before.
  const older = Object.entries(last.previous?.handles ?? {}).filter(
    ([name]) => Object.hasOwn(handles, name) && !Object.hasOwn(last.handles, name),
  );
  for (const [name] of older) live[name] = last.previous!.live[name]!;
  return {
    finishedAt: last.finishedAt,
    handles: { ...Object.fromEntries(older), ...last.handles },
    live: { ...live },
  };
}

/** Live bytes of the first group's baseline and of its smallest variant. */
function headline(result: BuildResult): NonNullable<RecentProject['last']> {
  const group = result.document.groups[0];
  const live = (group?.rows ?? []).map((row) => row.live).filter((bytes) => bytes !== null);
  const baseline = group?.rows.find((row) => row.variant === group.baseline)?.live;
  return {
    builtAt: result.finishedAt,
    baseline: baseline ?? undefined,
    smallest: live.length > 0 ? Math.min(...live) : undefined,
  };
}
