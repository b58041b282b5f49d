import { LayerscopeError } from '../../../shared/api/errors.ts';
import type {
  BuildSettings,
  Dockerfile,
  Stage,
  Variant,
  VariantGroup,
} from '../../../shared/model/project.ts';
import { chooseBaseline } from './choose-baseline.ts';
import { compareBytes } from './compare-bytes.ts';
import { quote } from './quote.ts';
import { neededStages, resolveStage, stageLabel } from './stage-of.ts';

export interface Plan {
  readonly variants: Variant[];
  readonly groups: VariantGroup[];
}

/** A service of a compose file that builds a Dockerfile of the list. */
export interface ServiceBuild {
  readonly service: string;
  /** `compose.yaml#SERVICE`. */
  readonly name: string;
  readonly dockerfile: Dockerfile;
  /** Index of the stage it builds to. */
  readonly stage: number;
}

/**
 * Every Dockerfile to its last stage, and to each other stage as a target; selected are the last stages and those
 * they need, or with `settings.targets` exactly the targets. Then what the services build that is not there already. A
 * Dockerfile with a problem keeps its variants, so that a build can say what is wrong with it. Throws `stage-unknown`
 * for a target that no Dockerfile has.
 */
export function planVariants(
  dockerfiles: readonly Dockerfile[],
  settings: Pick<Partial<BuildSettings>, 'files' | 'targets'> = {},
  services: readonly ServiceBuild[] = [],
): Plan {
  const chosen = settings.files?.length
    ? dockerfiles.filter((dockerfile) => settings.files!.some((file) => samePath(file, dockerfile.path)))
    : dockerfiles;
  const targets = settings.targets?.length ? settings.targets : undefined;
  if (targets) requireTargets(chosen, targets);

  const found = chosen.filter(({ readFor }) => readFor === undefined);
  const names = new Set(found.map((dockerfile) => dockerfile.path));
  const variants = found.flatMap((dockerfile) => variantsOf(dockerfile, targets, names));
  for (const build of services) addService(variants, build, targets, names);
  const contexts = [...new Set(variants.map((variant) => variant.context))].sort(compareBytes);
  const groups = contexts.map((context): VariantGroup => {
    const members = variants.filter((variant) => variant.context === context);
    const baseline = chooseBaseline({ variants: members, dockerfiles: chosen });
    return {
      context,
      ...(baseline !== undefined && { baseline }),
      variants: members.map((variant) => variant.name),
    };
  });
  return { variants, groups };
}

function variantsOf(
  dockerfile: Dockerfile,
  targets: readonly string[] | undefined,
  names: Set<string>,
): Variant[] {
  const last = Math.max(0, dockerfile.stages.length - 1);
  const used = new Set(neededStages(dockerfile, last));
  const wanted = targets && new Set(targets.map((target) => resolveStage(dockerfile, target)?.index));
  const stages = dockerfile.stages.slice(0, -1).toReversed();
  const all = [{ stage: last, target: undefined as string | undefined }].concat(
    stages.map((stage) => ({ stage: stage.index, target: targetOf(dockerfile, stage) })),
  );
  return all
    .filter(({ stage }) => !wanted || wanted.has(stage))
    .map(({ stage, target }) => ({
      name: target === undefined ? dockerfile.path : uniqueName(`${dockerfile.path}#${target}`, names),
      ...buildOf(dockerfile, stage, target),
      selected: wanted !== undefined || stage === last || used.has(stage),
    }));
}

function buildOf(
  dockerfile: Dockerfile,
  stage: number,
  target: string | undefined,
): Omit<Variant, 'name' | 'selected'> {
  return {
    dockerfile: dockerfile.path,
    ...(dockerfile.readFor !== undefined && { readFor: dockerfile.readFor }),
    context: dockerfile.context,
    stage,
    ...(target !== undefined && { target }),
    kind: target !== undefined ? 'stage' : dockerfile.stages.length > 1 ? 'multi-stage' : 'single-stage',
    needs: neededStages(dockerfile, stage),
  };
}

/** A service adds a variant, or its name to the variant that it is the image of. */
function addService(
  variants: Variant[],
  { service, name, dockerfile, stage }: ServiceBuild,
  targets: readonly string[] | undefined,
  names: Set<string>,
): void {
  if (targets && !targets.some((target) => resolveStage(dockerfile, target)?.index === stage)) return;
  const place = variants.findIndex(
    (variant) =>
      variant.dockerfile === dockerfile.path &&
      variant.readFor === dockerfile.readFor &&
      variant.stage === stage,
  );
  const same = variants[place];
  if (same) {
    variants[place] = { ...same, services: [...(same.services ?? []), service], selected: true };
    return;
  }
  const isLast = stage >= dockerfile.stages.length - 1;
  const target = isLast ? undefined : targetOf(dockerfile, dockerfile.stages[stage]!);
  variants.push({
    name: uniqueName(name, names),
    ...buildOf(dockerfile, stage, target),
    services: [service],
    selected: true,
  });
}

/** The stage's name where that means this stage and no other of the same name, else its index. */
function targetOf(dockerfile: Dockerfile, stage: Stage): string {
  const name = stage.name?.toLowerCase();
  const shared = dockerfile.stages.some((other) => other !== stage && other.name?.toLowerCase() === name);
  return shared ? String(stage.index) : stageLabel(stage);
}

/** A Dockerfile may be called like another with a stage: `Dockerfile.a#b`. */
function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let count = 2; taken.has(unique); count++) unique = `${name}~${count}`;
  taken.add(unique);
  return unique;
}

function requireTargets(dockerfiles: readonly Dockerfile[], targets: readonly string[]): void {
  const unknown = targets.find(
    (target) => !dockerfiles.some((dockerfile) => resolveStage(dockerfile, target)),
  );
  if (unknown === undefined) return;
  const candidates = [...new Set(dockerfiles.flatMap((dockerfile) => dockerfile.stages.map(stageLabel)))];
  throw new LayerscopeError({
    code: 'stage-unknown',
    message: `There is no stage ${quote(unknown)}`,
    hint: 'Name one of the stages there are, or its index',
    candidates,
  });
}

function samePath(a: string, b: string): boolean {
  return a.replace(/^(\.\/)+/, '') === b;
}
