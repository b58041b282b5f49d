import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { BuildSettings, Dockerfile } from '../../../shared/model/project.ts';
import type { ComposeBuild, ComposeProblem } from './compose-builds.ts';
import { byId } from './compose-secrets.ts';
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
  /** Those that were found, with the secrets and agents that services give their builds. */
  readonly found: readonly Dockerfile[];
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
  dockerfiles: readonly Dockerfile[],
  settings: Pick<Partial<BuildSettings>, 'buildArgs' | 'platform'>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Services> {
  const { builds, problems } = await readCompose(root, environment);
  const warnings = problems.map(toWarning);
  const services: ServiceBuild[] = [];
  const readings = new Map<string, Dockerfile>();
  const placed: PlacedBuild[] = [];
  for (const build of builds) {
    const report = (what: string, hint: string) => {
      const message = `The service ${quote(build.service)}: ${what}`;
      warnings.push(toWarning({ file: build.file, line: build.line, message, hint }));
    };
    const place = await placeOf(root, build, report);
    if (place) placed.push({ build, place, report });
  }
  const found = dockerfiles.map((dockerfile) => withGrants(dockerfile, placed));
  for (const { build, place, report } of placed) {
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
  return { services, found, dockerfiles: [...readings.values()], warnings };
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

interface PlacedBuild {
  readonly build: ComposeBuild;
  readonly place: Place;
  readonly report: (what: string, hint: string) => void;
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

/**
 * With what any of its services gives its build; of several with one id the first. The engine's cache does not know which
 * secrets a step had: built without them here, a step would be the same in the image of the service.
 */
function withGrants(dockerfile: Dockerfile, placed: readonly PlacedBuild[]): Dockerfile {
  const own = placed
    .filter(({ place, build }) => build.inline === undefined && isAt(dockerfile, place))
    .reverse();
  const secrets = byId(own.flatMap(({ build }) => build.secrets ?? []));
  const ssh = byId(own.flatMap(({ build }) => build.ssh ?? []));
  return { ...dockerfile, ...(secrets.length > 0 && { secrets }), ...(ssh.length > 0 && { ssh }) };
}

function isAt(dockerfile: Dockerfile, { path, context }: Place): boolean {
  return dockerfile.path === path && dockerfile.context === context;
}

/** Whether all are among the others, as they are. */
function areAmong(some: readonly unknown[] = [], others: readonly unknown[] = []): boolean {
  return some.every((one) => others.some((other) => isDeepStrictEqual(one, other)));
}

function asFound(
  found: readonly Dockerfile[],
  place: Place,
  { inline, args, platform, secrets, ssh }: ComposeBuild,
): Dockerfile | undefined {
  if (inline !== undefined || platform !== undefined || Object.keys(args).length > 0) return undefined;
  const dockerfile = found.find((one) => isAt(one, place));
  return dockerfile && areAmong(secrets, dockerfile.secrets) && areAmong(ssh, dockerfile.ssh)
    ? dockerfile
    : undefined;
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
