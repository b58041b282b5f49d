import { createHash } from 'node:crypto';

/** Labels on everything Layerscope builds. */
export const labels = {
  /** Absolute path of the project's folder. */
  folder: 'dev.layerscope.folder',
  /** Name of the variant. */
  variant: 'dev.layerscope.variant',
  /** On the images that only tell a base's layers; they live for a moment. */
  base: 'dev.layerscope.base',
} as const;

/** Every tag Layerscope makes begins with this. */
export const tagPrefix = 'layerscope/';

/**
 * `layerscope/FOLDER:VARIANT`, valid by Docker's reference grammar whatever the names are. A short hash of the whole
 * path tells folders of one name apart, a hash of the variant's name those that differ only in what was replaced.
 * @param folder absolute path of the project's folder
 */
export function imageTag(folder: string, variantName: string): string {
  const name = folder.split(/[/\\]/).findLast((part) => part !== '') ?? '';
  const repository = `${clean(name, /[^a-z0-9]+/g, 48) || 'project'}-${hash(folder)}`;
  const tag = clean(variantName, /[^a-z0-9_.]+/g, 100);
  return `${tagPrefix}${repository}:${isPlain(variantName, tag) ? tag : `${tag || 'variant'}-${hash(variantName)}`}`;
}

function clean(text: string, replaced: RegExp, length: number): string {
  return text
    .toLowerCase()
    .replace(replaced, '-')
    .slice(0, length)
    .replace(/^[-.]+|[-.]+$/g, '');
}

/** Whether the name can be told from the tag: only the capitals that file names of this kind have are lost. */
function isPlain(name: string, tag: string): boolean {
  const lowered = name.replace(/Dockerfile|Containerfile/g, (word) => word.toLowerCase());
  return tag !== '' && lowered === tag && !/dockerfile|containerfile/.test(name);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
