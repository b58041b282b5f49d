import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { BuildSecret, BuildSsh } from '../../../shared/model/project.ts';
import { replaceVariables, type VariableLookup } from './compose-variables.ts';

/** A secret as a compose file defines it, under its name; at most one of both. */
export interface SecretDefinition {
  /** Relative to the folder of the file, or absolute. */
  readonly file?: string;
  /** Name of an environment variable. */
  readonly environment?: string;
}

/** A secret as a service's build uses it. */
export interface UsedSecret {
  /** The name it is defined under. */
  readonly source: string;
  /** What the Dockerfile calls it. */
  readonly id: string;
}

const Definition = z.object({ file: z.string().nullish(), environment: z.string().nullish() });
export const UsedSecrets = z.array(
  z.union([
    z.string().transform((source) => ({ source, target: undefined })),
    z.object({ source: z.string(), target: z.string().nullish() }),
  ]),
);
export const UsedSsh = z.union([z.array(z.string()), z.record(z.string(), z.string().nullable())]);

/** One of the top-level `secrets`. Throws ZodError and VariableError. */
export function readSecret(value: unknown, environment: VariableLookup): SecretDefinition {
  const { file, environment: variable } = Definition.parse(value ?? {});
  return {
    ...(file && { file: fromHome(replaceVariables(file, environment)) }),
    ...(variable && { environment: replaceVariables(variable, environment) }),
  };
}

/** `build.secrets` of a service. Throws VariableError. */
export function readUsedSecrets(
  used: z.infer<typeof UsedSecrets>,
  environment: VariableLookup,
): readonly UsedSecret[] {
  return used.map(({ source, target }) => {
    const name = replaceVariables(source, environment);
    return { source: name, id: (target && replaceVariables(target, environment)) || name };
  });
}

/** `build.ssh` of a service: `default`, `ID=PATH` or a mapping (compose-go, transform/ssh.go). Throws VariableError. */
export function readUsedSsh(used: z.infer<typeof UsedSsh>, environment: VariableLookup): readonly BuildSsh[] {
  const given = Array.isArray(used)
    ? used.map((text) => {
        const [id, ...path] = replaceVariables(text, environment).split('=');
        return [id!, path.join('=')] as const;
      })
    : Object.entries(used).map(([id, path]) => [id, replaceVariables(path ?? '', environment)] as const);
  return given.map(([id, path]) => ({ id: id || 'default', paths: path === '' ? [] : [fromHome(path)] }));
}

/** Where a secret of a build is; undefined where the definition has neither a file nor a variable. */
export function toBuildSecret(id: string, { file, environment }: SecretDefinition): BuildSecret | undefined {
  if (file !== undefined) return { id, source: file };
  return environment === undefined ? undefined : { id, environment };
}

/** Compose puts the home folder in the place of a `~` in front (compose-go, paths.ExpandUser). */
function fromHome(path: string): string {
  return /^~(?:[/\\]|$)/.test(path) ? join(homedir(), path.slice(1)) : path;
}

/** Of several with one id the last counts. */
export function byId<T extends { readonly id: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [one.id, one])).values()];
}
