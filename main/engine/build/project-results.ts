import type { RecentProject } from '../../../shared/api/contract.ts';
import { BuildResult } from '../../../shared/model/build.ts';
import type { StageDocument } from '../../../shared/model/project-document.ts';
import type { ImageRegistry } from '../images/image-registry.ts';
import type { Store } from '../store/open-store.ts';

export interface ProjectResults {
  put(folder: string, result: BuildResult): void;
  /** The folder's last build; undefined where there is none or its layers are no longer in the cache. */
  get(folder: string): BuildResult | undefined;
  /** The stages of the build that made the image, of a variant of one of these builds. */
  stagesOf(handle: string): StageDocument[] | undefined;
  recent(): RecentProject[];
}

/** The last build of each folder: what the comparison shows, and what is there again after a restart. */
export function createProjectResults(store: Store, registry: ImageRegistry): ProjectResults {
  const inMemory = new Map<string, BuildResult>();

  return {
    put(folder, result) {
      inMemory.set(folder, result);
      store.results.put(folder, result);
      const last = headline(result);
      // A build in which nothing came out does not hide what came out before.
      if (last.smallest !== undefined) store.projects.setLast(folder, last);
    },
    get(folder) {
      const known = inMemory.get(folder);
      if (known) return known;
      const kept = BuildResult.safeParse(store.results.get(folder));
      if (!kept.success) return undefined;
      // Its layers may have left the cache: then the folder is built again when somebody asks.
      if (!Object.values(kept.data.handles).every(registry.has)) return undefined;
      inMemory.set(folder, kept.data);
      return kept.data;
    },
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
