import { z } from 'zod';
import type { BuildSettings, Project } from '../../shared/model/project.ts';

/** What a person has set on the project screen, as typed. */
export const ProjectForm = z.object({
  /** Values of the Dockerfiles' own arguments; an empty one means the default. */
  args: z.record(z.string(), z.string()).default({}),
  /** Arguments that no Dockerfile declares. */
  extraArgs: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  platform: z.string().default(''),
  network: z.enum(['default', 'host', 'none']).default('default'),
  /** A stage; empty: all that make sense. */
  target: z.string().default(''),
  contextDir: z.string().default(''),
  noCache: z.boolean().default(false),
  pull: z.boolean().default(false),
  /** Where secrets are: the path of a file, or the name of a variable. Values are never kept. */
  secrets: z
    .array(z.object({ id: z.string(), from: z.enum(['file', 'environment']), name: z.string() }))
    .default([]),
  ssh: z.boolean().default(false),
  /** Of keys or of a socket, separated by commas; empty: the agent. */
  sshPaths: z.string().default(''),
  transport: z.enum(['automatic', 'save']).default('automatic'),
  /** Variants whose tick is not what the project suggests. */
  ticks: z.record(z.string(), z.boolean()).default({}),
});
export type ProjectForm = z.infer<typeof ProjectForm>;

export const emptyForm: ProjectForm = ProjectForm.parse({});

/** What the engine builds with. */
export function toBuildSettings(form: ProjectForm): BuildSettings {
  const buildArgs = new Map(Object.entries(form.args).filter(([, value]) => value !== ''));
  for (const { name, value } of form.extraArgs) if (name.trim() !== '') buildArgs.set(name.trim(), value);
  const secrets = form.secrets.flatMap(({ id, from, name }) => {
    const [own, where] = [id.trim(), name.trim()];
    if (own === '') return [];
    // The id says where it is: in a variable of that name, else in a file.
    if (where === '') return [{ id: own }];
    return [from === 'file' ? { id: own, source: where } : { id: own, environment: where }];
  });
  const paths = form.sshPaths.split(',').flatMap((path) => path.trim() || []);
  return {
    buildArgs: Object.fromEntries(buildArgs),
    noCache: form.noCache,
    pull: form.pull,
    ...(form.platform.trim() && { platform: form.platform.trim() }),
    ...(form.network !== 'default' && { network: form.network }),
    ...(form.target && { targets: [form.target] }),
    ...(form.contextDir.trim() && { contextDir: form.contextDir.trim() }),
    ...(secrets.length > 0 && { secrets }),
    ...(form.ssh && { ssh: [{ id: 'default', paths }] }),
    ...(form.transport === 'save' && { transport: 'save' }),
  };
}

/** Names of the variants that will be built, in the project's order. */
export function tickedVariants(
  project: Pick<Project, 'variants'>,
  form: Pick<ProjectForm, 'ticks'>,
): string[] {
  return project.variants
    .filter(({ name, selected }) => (Object.hasOwn(form.ticks, name) ? form.ticks[name] : selected))
    .map(({ name }) => name);
}

/** Kept for the tab's life: a reload comes back to it, and build arguments may be secrets. */
export function readProjectForm(
  folder: string,
  storage: Pick<Storage, 'getItem'> = sessionStorage,
): ProjectForm {
  const kept = storage.getItem(storageKey(folder));
  if (kept === null) return emptyForm;
  const parsed = ProjectForm.safeParse(parseJson(kept));
  return parsed.success ? parsed.data : emptyForm;
}

export function keepProjectForm(
  folder: string,
  form: ProjectForm,
  storage: Pick<Storage, 'setItem'> = sessionStorage,
): void {
  storage.setItem(storageKey(folder), JSON.stringify(form));
}

function storageKey(folder: string): string {
  return `layerscope.project:${folder}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Of another version: as if nothing had been set.
  }
}
