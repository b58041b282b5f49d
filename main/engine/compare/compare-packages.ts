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
  readonly versions: Set<string>;
  bytes: number;
  files: number;
}

/** Versions that are told of one name: a lockfile may well ask for dozens. */
const shownVersions = 8;

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
    if (l && r && isAlike(l, r)) continue;
    const kind = !l ? 'added' : r ? 'changed' : 'removed';
    changes.push({ ecosystem, name, kind, left: sideOf(l), right: sideOf(r) });
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
    const all = named.get(key) ?? { ecosystem, name, versions: new Set(), bytes: 0, files: 0 };
    named.set(key, all);
    const { bytes, files } = sums.get(id) ?? { bytes: 0, files: 0 };
    if (version !== null) all.versions.add(version);
    all.bytes += bytes;
    all.files += files;
  }
  return named;
}

function isAlike(a: Named, b: Named): boolean {
  return a.bytes === b.bytes && a.files === b.files && a.versions.symmetricDifference(b.versions).size === 0;
}

function sideOf(named: Named | undefined): PackageChange['left'] {
  if (!named) return null;
  return { version: versionText([...named.versions].sort()), bytes: named.bytes, files: named.files };
}

function versionText(versions: readonly string[]): string | null {
  if (versions.length === 0) return null;
  const more = versions.length - shownVersions;
  return `${versions.slice(0, shownVersions).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function deltaOf({ left, right }: PackageChange): number {
  return (right?.bytes ?? 0) - (left?.bytes ?? 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
