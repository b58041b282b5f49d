import type { BuildEvent, BuildResult } from '../../../shared/model/build.ts';
import { dockerfileOf } from '../../../shared/model/dockerfile-of.ts';
import type { BuildSettings, Project, Variant } from '../../../shared/model/project.ts';
import type { DockerEngine } from '../docker/docker-engine.ts';
import type { ImageRegistry } from '../images/image-registry.ts';
import type { TracedVariant } from '../images/traced-images.ts';
import type { OpenedBuild, OpenedImage } from '../reader/reader.ts';
import { type BuiltVariant, projectDocument, withBuilds } from '../report/project-document.ts';
import { explainDifferences } from './explain-differences.ts';
import { traceVariants } from './trace-variants.ts';

export interface ProjectBuildRequest {
  readonly docker: DockerEngine;
  readonly registry: ImageRegistry;
  readonly project: Omit<Project, 'trusted'>;
  readonly variants: readonly Variant[];
  readonly settings: BuildSettings;
  /** Items of bounded lists. */
  readonly top: number;
  /** The folder's last build: what is the same again is not computed again. */
  readonly last: BuildResult | undefined;
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}

/** What a build came to. */
export type ProjectBuild = Pick<BuildResult, 'document' | 'handles' | 'stages' | 'fingerprint'>;

/** By tag. */
type Images = ReadonlyMap<string, OpenedImage>;

/** Folder to document: builds the variants, reads what the cache does not know of their images, traces and measures them. */
export async function buildProject(request: ProjectBuildRequest): Promise<ProjectBuild> {
  const { docker, registry, project, settings, top, emit, signal } = request;
  const last = stillOpens(request.last, registry);
  const builds = await registry.build(
    {
      endpoint: docker.endpoint,
      project,
      variants: request.variants,
      settings,
      top,
      known: last?.fingerprint,
    },
    { signal, onProgress: emit },
  );
  const { dockerfiles, images, transport, fingerprint } = builds;
  const built = builds.outcomes.filter(({ status }) => status === 'built').map(({ variant }) => variant);
  const tellBuilt = () => {
    for (const { name } of built) emit({ type: 'variant', variant: name, status: 'built', at: Date.now() });
  };
  if (last && fingerprint !== undefined && fingerprint === last.fingerprint) {
    tellBuilt();
    return { ...last, document: withBuilds(last.document, builds) };
  }
  const traces = await traceVariants({ registry, project, top, signal, builds });

  const variants = builds.outcomes.map((outcome): BuiltVariant => {
    const dockerfile = dockerfileOf(project, outcome.variant);
    const { tags } = dockerfiles.find((each) => each.dockerfile === dockerfile)!;
    const image = outcome.status === 'built' ? images.get(outcome.tag) : undefined;
    if (!image) return { outcome, dockerfile, transport, bytesRead: 0 };
    const stages = new Map(
      outcome.variant.needs.flatMap((stage) => {
        const image = images.get(tags.get(stage) ?? '');
        return image ? [[stage, image.facts] as const] : [];
      }),
    );
    const trace = traces.of.get(outcome.variant.name);
    return { outcome, dockerfile, transport, bytesRead: image.bytesRead, facts: image.facts, stages, trace };
  });
  const oddities = new Set([...images.values()].flatMap(({ filesystem }) => filesystem.warnings));
  const document = projectDocument(project.folder, settings, project.groups, variants, [
    ...(project.warnings ?? []),
    ...builds.warnings,
    ...traces.warnings,
    ...oddities,
  ]);
  const { handles, stages } = handlesOf(builds, images, traces.of);
  const explained = await explainDifferences(document, { registry, handles, top, signal });
  tellBuilt();
  // What could not be traced may be the next time.
  const isWhole = !traces.warnings.some(({ code }) => code === 'trace-failed');
  return { document: explained, handles, stages, fingerprint: isWhole ? fingerprint : undefined };
}

/** The result, where all its images can be opened: what is the same again leads to them. */
function stillOpens(last: BuildResult | undefined, registry: ImageRegistry): BuildResult | undefined {
  if (!last) return undefined;
  const stages = Object.values(last.stages).flatMap((handles) => Object.values(handles));
  return [...Object.values(last.handles), ...stages].every(registry.has) ? last : undefined;
}

function handlesOf(
  { outcomes }: OpenedBuild,
  images: Images,
  traces: ReadonlyMap<string, TracedVariant>,
): Required<Pick<ProjectBuild, 'handles' | 'stages'>> {
  // Without a prototype: a variant may be called anything.
  const handles: Record<string, string> = Object.create(null);
  const stages: Record<string, Record<string, string>> = Object.create(null);
  for (const outcome of outcomes) {
    if (outcome.status !== 'built') continue;
    const { name, stage } = outcome.variant;
    const traced = traces.get(name)?.handles ?? new Map<number, string>();
    handles[name] = traced.get(stage) ?? images.get(outcome.tag)!.handle;
    stages[name] = Object.fromEntries([...traced].filter(([index]) => index !== stage));
  }
  return { handles, stages };
}
