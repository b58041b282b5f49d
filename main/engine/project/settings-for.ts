import type { BuildSettings, Dockerfile } from '../../../shared/model/project.ts';

/** What a Dockerfile is built with: what a person set, and else what its compose service gives. */
export function settingsFor<Settings extends Partial<Pick<BuildSettings, 'buildArgs' | 'platform'>>>(
  { buildArgs, platform }: Pick<Dockerfile, 'buildArgs' | 'platform'>,
  settings: Settings,
): Settings & Pick<BuildSettings, 'buildArgs' | 'platform'> {
  const chosen = settings.platform ?? platform;
  return {
    ...settings,
    buildArgs: { ...buildArgs, ...settings.buildArgs },
    ...(chosen !== undefined && { platform: chosen }),
  };
}
