import type { BuildSettings, Dockerfile } from '../../../shared/model/project.ts';

type Given = Pick<BuildSettings, 'buildArgs' | 'platform' | 'secrets' | 'ssh'>;

/** What a Dockerfile is built with: what a person set, and else what its compose service gives. */
export function settingsFor<Settings extends Partial<Given>>(
  { buildArgs, platform, secrets, ssh }: Pick<Dockerfile, keyof Given>,
  settings: Settings,
): Settings & Given {
  const chosen = settings.platform ?? platform;
  return {
    ...settings,
    buildArgs: { ...buildArgs, ...settings.buildArgs },
    ...(chosen !== undefined && { platform: chosen }),
    ...(secrets && { secrets: withOwn(secrets, settings.secrets) }),
    ...(ssh && { ssh: withOwn(ssh, settings.ssh) }),
  };
}

/** Those of the service, but for the ids that a person set. */
function withOwn<T extends { readonly id: string }>(ofService: readonly T[], set: readonly T[] = []): T[] {
  return [...ofService.filter(({ id }) => set.every((own) => own.id !== id)), ...set];
}
