import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BuildSettings, Dockerfile } from '../../../shared/model/project.ts';
import { isCode } from './is-code.ts';
import { parseDockerfile } from './parse-dockerfile.ts';

/** Bytes; BuildKit itself takes no line longer than 64 KiB. */
const LARGEST_DOCKERFILE = 4 << 20;

/** Reads a Dockerfile of a project folder. Never throws: why it cannot be read is its `problem`. */
export async function readDockerfile(
  root: string,
  path: string,
  context: string,
  settings: Pick<Partial<BuildSettings>, 'buildArgs' | 'platform'>,
): Promise<Dockerfile> {
  const { buildArgs, platform } = settings;
  const options = {
    path,
    context,
    ...(buildArgs && { buildArgs }),
    ...(platform !== undefined && { platform }),
  };
  const unread = (message: string, hint: string): Dockerfile => ({
    ...parseDockerfile('', options),
    problem: { code: 'dockerfile-invalid', message, hint, dockerfile: path },
  });
  try {
    const { size } = await stat(resolve(root, path));
    if (size > LARGEST_DOCKERFILE) {
      const limit = `${LARGEST_DOCKERFILE >> 20} MiB`;
      return unread(
        `The Dockerfile is larger than ${limit}`,
        'Check that it is a Dockerfile, and leave large data out of it',
      );
    }
    return parseDockerfile(await readFile(resolve(root, path), 'utf8'), options);
  } catch (error) {
    const reason = isCode(error, 'EACCES', 'EPERM') ? 'you have no permission' : (error as Error).message;
    return unread(`The Dockerfile cannot be read: ${reason}`, 'Make it readable and open the folder again');
  }
}
