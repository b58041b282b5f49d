import type { RecentProject } from '../../../shared/api/contract.ts';
import { BuildResult, type LastGood } from '../../../shared/model/build.ts';
import type { StageDocument } from '../../../shared/model/project-document.ts';
import type { ImageRegistry } from '../images/image-registry.ts';
import type { Store } from '../store/open-store.ts';

export interface ProjectResults {
  /** Also tells what there was before, and keeps what a variant that has no image now came to last. */
  put(folder: string, result: Omit<BuildResult, 'previous' | 'lastGood'>): void;
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
    const { previous, lastGood } = kept.data;
    const result = { ...kept.data, previous: atHand(previous), lastGood: openable(lastGood) };
    inMemory.set(folder, result);
    return result;
  }

  /** Without the images that can no longer be opened; what is known of their sizes stays. */
  function atHand(previous: BuildResult['previous']): BuildResult['previous'] {
    const handles = Object.entries(previous?.handles ?? {}).filter(([, handle]) => registry.has(handle));
    return previous && { ...previous, handles: Object.fromEntries(handles) };
  }

  /** Those whose files can still be opened, each with the stages of which that is true. */
  function openable(lastGood: BuildResult['lastGood']): BuildResult['lastGood'] {
    const open = Object.entries(lastGood ?? {}).flatMap(([name, good]) => {
      if (!registry.has(good.handle)) return [];
      const stages = Object.entries(good.stages).filter(([, handle]) => registry.has(handle));
      return [[name, { ...good, stages: Object.fromEntries(stages) }] as const];
    });
    return open.length > 0 ? Object.fromEntries(open) : undefined;
  }

  return {
    put(folder, built) {
      const last = get(folder);
      const result = {
        ...built,
        previous: atHand(before(built, last)),
        lastGood: openable(goodBefore(built, last)),
      };
      inMemory.set(folder, result);
      store.results.put(folder, result);
      const sizes = headline(result);
      // A build in which nothing came out does not hide what came out before.
      if (sizes.smallest !== undefined) store.projects.setLast(folder, sizes);
    },
    get,
    stagesOf(handle) {
      for (const { handles, document, lastGood } of inMemory.values()) {
        const kept = Object.values(lastGood ?? {}).find((good) => good.handle === handle);
        const variant = kept?.variant ?? document.variants.find(({ name }) => handles[name] === handle);
        if (variant) return variant.stages;
      }
      return undefined;
    },
    recent: () => [...store.projects.recent()],
  };
}

/**
 * What the folder was before this build: the images of the last one, and of a variant that failed in it, if it is built
 * again now, of the last one in which it did not. Undefined where there are none.
 */
function before(
  { document }: Pick<BuildResult, 'document'>,
  last: BuildResult | undefined,
): BuildResult['previous'] {
  if (!last) return undefined;
  const asked = new Set(document.variants.map(({ name }) => name));
  const { handles, live, finishedAt } = last.previous ?? {
    handles: {},
    live: {},
    finishedAt: last.finishedAt,
  };
  const unlessNewer = <T>(older: Readonly<Record<string, T>>) =>
    Object.entries(older).filter(([name]) => asked.has(name) && !Object.hasOwn(last.handles, name));
  const sizes = last.document.variants.flatMap(({ name, image }) => {
    const bytes = image?.sizes.live ?? null;
    return bytes === null ? [] : [[name, bytes] as const];
  });
  const result = {
    // A build in which nothing came out is not what this one is held against.
    finishedAt: Object.keys(last.handles).length > 0 ? last.finishedAt : finishedAt,
    handles: Object.fromEntries([...unlessNewer(handles), ...Object.entries(last.handles)]),
    live: Object.fromEntries([...unlessNewer(live), ...sizes]),
  };
  return Object.keys(result.handles).length > 0 ? result : undefined;
}

/** What each variant that has no image now came to in the last build, or before that in the last one in which it did. */
function goodBefore(
  { document }: Pick<BuildResult, 'document'>,
  last: BuildResult | undefined,
): BuildResult['lastGood'] {
  if (!last) return undefined;
  const good = document.variants.flatMap(({ name, image }): (readonly [string, LastGood])[] => {
    if (image) return [];
    const variant = last.document.variants.find((other) => other.name === name && other.image);
    if (variant && Object.hasOwn(last.handles, name)) {
      const stages = Object.hasOwn(last.stages, name) ? last.stages[name]! : {};
      const isBaseline = last.document.groups.some(({ baseline }) => baseline === name);
      const { finishedAt } = last;
      return [[name, { variant, handle: last.handles[name]!, stages, finishedAt, isBaseline }]];
    }
    const { lastGood = {} } = last;
    return Object.hasOwn(lastGood, name) ? [[name, lastGood[name]!]] : [];
  });
  return Object.fromEntries(good);
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
