import { createHash } from 'node:crypto';
import type { Project, Variant } from '../../../shared/model/project.ts';
import type { BuiltImages } from './build-images.ts';

export interface FingerprintRequest {
  readonly project: Project | Omit<Project, 'trusted'>;
  readonly variants: readonly Variant[];
  /** Items of bounded lists. */
  readonly top: number;
}

/** Which build of this program computes; undefined from sources, where anything may have changed since. */
const program = process.env.LAYERSCOPE_BUILD;

/**
 * Names everything that the document of a build is computed from, but for how the build itself went: images, who made
 * their layers, contexts, Dockerfiles. The same again comes to the same. Undefined where a variant was not built, or where
 * that cannot be told.
 */
export function fingerprintOf(
  { project, variants, top }: FingerprintRequest,
  built: BuiltImages,
  computedBy: string | undefined = program,
): string | undefined {
  const isWhole =
    built.outcomes.every(({ status }) => status === 'built') &&
    [...built.images.values()].every(({ indexes }) => indexes.every((index) => index !== undefined));
  if (!isWhole || computedBy === undefined) return undefined;
  const parts = {
    computedBy,
    project,
    variants,
    top,
    transport: built.transport,
    warnings: built.warnings,
    images: [...built.images].map(([tag, { record, trusted }]) => [tag, record, trusted]),
    dockerfiles: built.dockerfiles.map(({ settings, tags, context }) => [
      settings,
      [...tags],
      context?.diffId,
    ]),
    bases: built.bases.map((bases) => [...bases]),
  };
  return createHash('sha256').update(JSON.stringify(parts, inOrder)).digest('hex');
}

/** What was kept has its keys in another order than what was just read. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
