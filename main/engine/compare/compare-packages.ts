import type { PackageChange } from '../../../shared/model/comparison-document.ts';
import type { Ecosystem } from '../../../shared/model/package-name.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { packageBytes } from '../findings/package-bytes.ts';
import type { Packages } from '../packages/packages.ts';

export interface PackageChangeList {
  readonly total: number;
  /** Σ right − Σ left. */
  readonly totalBytes: number;
  readonly items: PackageChange[];
}

/** An image with its packages. */
export interface ImagePackages {
  readonly filesystem: Filesystem;
  readonly packages: Packages;
}

/** All packages of one name. */
interface Named {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly versions: readonly string[];
  readonly bytes: number;
  readonly files: number;
}

/**
 * Packages that the images do not have alike, by manager and name, several of one name together: largest |right − left|
 * first, then by name. One that only one of them has is a change even where it holds no bytes.
 */
export function comparePackages(left: ImagePackages, right: ImagePackages, top: number): PackageChangeList {
  const before = byName(left);
  const after = byName(right);
  const changes: PackageChange[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [l, r] = [before.get(key), after.get(key)];
    const { ecosystem, name } = (l ?? r)!;
    const [was, is] = [sideOf(l), sideOf(r)];
    if (was && is && was.version === is.version && was.bytes === is.bytes && was.files === is.files) continue;
    const kind = !was ? 'added' : is ? 'changed' : 'removed';
    changes.push({ ecosystem, name, kind, left: was, right: is });
  }
  changes.sort(
    (a, b) =>
      Math.abs(deltaOf(b)) - Math.abs(deltaOf(a)) ||
      compare(a.name, b.name) ||
      compare(a.ecosystem, b.ecosystem),
  );
  return {
    total: changes.length,
    totalBytes: changes.reduce((sum, change) => sum + deltaOf(change), 0),
    items: changes.slice(0, top),
  };
}

function byName({ filesystem, packages }: ImagePackages): ReadonlyMap<string, Named> {
  const held = packageBytes(filesystem, packages, () => true, Number.POSITIVE_INFINITY);
  const sums = new Map(held.items.map(({ id, bytes, files }) => [id, { bytes, files }]));
  const named = new Map<string, Named>();
  for (const { id, ecosystem, name, version } of packages.list) {
    const key = `${ecosystem} ${name}`;
    const known = named.get(key);
    const { bytes, files } = sums.get(id) ?? { bytes: 0, files: 0 };
    named.set(key, {
      ecosystem,
      name,
      versions: [...(known?.versions ?? []), ...(version === null ? [] : [version])],
      bytes: bytes + (known?.bytes ?? 0),
      files: files + (known?.files ?? 0),
    });
  }
  return named;
}

function sideOf(named: Named | undefined): PackageChange['left'] {
  if (!named) return null;
  const versions = [...new Set(named.versions)].sort();
  return {
    version: versions.length === 0 ? null : versions.join(', '),
    bytes: named.bytes,
    files: named.files,
  };
}

function deltaOf({ left, right }: PackageChange): number {
  return (right?.bytes ?? 0) - (left?.bytes ?? 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
