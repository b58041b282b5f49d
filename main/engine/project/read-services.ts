import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { BuildSettings, Dockerfile } from '../../../shared/model/project.ts';
import type { ComposeBuild, ComposeProblem } from './compose-builds.ts';
import { parseDockerfile } from './parse-dockerfile.ts';
import type { ServiceBuild } from './plan-variants.ts';
import { quote } from './quote.ts';
import { readCompose } from './read-compose.ts';
import { readDockerfile } from './read-dockerfile.ts';
import { relativePath } from './relative-path.ts';
import { settingsFor } from './settings-for.ts';
import { resolveStage } from './stage-of.ts';

export interface Services {
  readonly services: readonly ServiceBuild[];
  /** Those that the services read otherwise than they are found. */
  readonly dockerfiles: readonly Dockerfile[];
  readonly warnings: readonly Warning[];
}

/**
 * What the services of a folder's compose file build. `found` are its Dockerfiles: a service that builds one of them as
 * it is has it; any other has a reading of its own, which services with the same arguments share. Never throws.
 */
export async function readServices(
  root: string,
  found: readonly Dockerfile[],
  settings: Pick<Partial<BuildSettings>, 'buildArgs' | 'platform'>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Services> {
  const { builds, problems } = await readCompose(root, environment);
  const warnings = problems.map(toWarning);
  const services: ServiceBuild[] = [];
  const readings = new Map<string, Dockerfile>();
  for (const build of builds) {
    const report = (what: string, hint: string) => {
      const message = `The service ${quote(build.service)}: ${what}`;
      warnings.push(toWarning({ file: build.file, line: build.line, message, hint }));
    };
    const place = await placeOf(root, build, report);
    if (!place) continue;
    const { inline, args, platform, secrets, ssh } = build;
    const key = JSON.stringify([place, inline, Object.entries(args).sort(), platform, secrets, ssh]);
    const dockerfile =
      asFound(found, place, build) ?? readings.get(key) ?? (await read(root, place, build, settings));
    const stage = build.target === undefined ? undefined : resolveStage(dockerfile, build.target);
    if (build.target !== undefined && !stage) {
      report(`its target ${quote(build.target)} is no stage of ${place.path}`, 'Name one of its stages');
      continue;
    }
    if (dockerfile.readFor !== undefined) readings.set(key, dockerfile);
    const last = Math.max(0, dockerfile.stages.length - 1);
    services.push({ service: build.service, name: build.name, dockerfile, stage: stage?.index ?? last });
  }
  return { services, dockerfiles: [...readings.values()], warnings };
}

function toWarning({ file, line, message, hint }: ComposeProblem): Warning {
  const place = line === undefined ? file : `${file}, line ${line}`;
  return { code: 'compose-problem', message: `${place}: ${message}. ${hint}.` };
}

/** Of the Dockerfile and its context, as the model names them. */
interface Place {
  readonly path: string;
  readonly context: string;
}

async function placeOf(
  root: string,
  { name, context, dockerfile, inline }: ComposeBuild,
  report: (what: string, hint: string) => void,
): Promise<Place | undefined> {
  const folder = resolve(root, context);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    report(`there is no folder ${quote(context)}`, 'Correct its context and open the folder again');
    return undefined;
  }
  const relativeFolder = relativePath(root, folder) || '.';
  if (inline !== undefined) return { path: name, context: relativeFolder };
  const file = resolve(folder, dockerfile);
  if (!(await stat(file).catch(() => undefined))?.isFile()) {
    report(
      `there is no Dockerfile ${quote(relativePath(root, file))}`,
      'Correct its dockerfile, which is relative to its context, and open the folder again',
    );
    return undefined;
  }
  return { path: relativePath(root, file), context: relativeFolder };
}

function asFound(
  found: readonly Dockerfile[],
  { path, context }: Place,
  { inline, args, platform, secrets, ssh }: ComposeBuild,
): Dockerfile | undefined {
  if (inline !== undefined || platform !== undefined || Object.keys(args).length > 0) return undefined;
  if (secrets || ssh) return undefined;
  return found.find((dockerfile) => dockerfile.path === path && dockerfile.context === context);
}

async function read(
  root: string,
  { path, context }: Place,
  { name, inline, args, platform, secrets, ssh }: ComposeBuild,
  settings: Pick<Partial<BuildSettings>, 'buildArgs' | 'platform'>,
): Promise<Dockerfile> {
  const own = {
    buildArgs: args,
    ...(platform !== undefined && { platform }),
    ...(secrets && { secrets: [...secrets] }),
    ...(ssh && { ssh: [...ssh] }),
  };
  const effective = settingsFor(own, settings);
  const dockerfile =
    inline === undefined
      ? await readDockerfile(root, path, context, effective)
      : parseDockerfile(inline, { path, context, ...effective });
  return { ...dockerfile, readFor: name, ...own, ...(inline !== undefined && { inline: true }) };
}
