import { resolve } from 'node:path';
import type { BuildSettings } from '../../../shared/model/project.ts';
import type { BuildRequest } from '../docker/build.ts';
import { readEnvFile } from '../project/read-compose.ts';

/**
 * Where the secrets and ssh agents of settings are. Paths are relative to the folder. A secret of neither a file nor a
 * variable is the variable called as its id, else that file, as the docker command has it. Variables may also stand in the
 * folder's `.env`, as Compose has it.
 */
export function buildGrants(
  folder: string,
  { secrets = [], ssh = [] }: Pick<BuildSettings, 'secrets' | 'ssh'>,
): Required<Pick<BuildRequest, 'secrets' | 'ssh'>> {
  const elsewhere = async (variable: string) => (await readEnvFile(folder, {})).get(variable);
  return {
    secrets: secrets.map(({ id, source, environment }) => {
      const isNamed = source !== undefined || environment !== undefined;
      const variable = isNamed ? environment : id;
      const file = isNamed ? source : id;
      return {
        id,
        ...(variable !== undefined && { environment: variable, elsewhere }),
        ...(file !== undefined && { path: resolve(folder, file) }),
      };
    }),
    ssh: ssh.map(({ id, paths }) => ({ id, paths: paths.map((path) => resolve(folder, path)) })),
  };
}
