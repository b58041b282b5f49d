/** What a file says about packages (reference: peers.md, "Where packages are recorded"). */
export const RecordKind = {
  /** `var/lib/dpkg/status`, `status.d/NAME`: packages without their files. */
  DpkgStatus: 0,
  /** `var/lib/dpkg/info/NAME.list`, `status.d/NAME.md5sums`: the files of one package. */
  DpkgFiles: 1,
  /** `lib/apk/db/installed`: packages with their files. */
  Apk: 2,
  /** The database of rpm, whatever its format: packages with their files. */
  Rpm: 3,
  /** `node_modules/NAME/package.json`: one package, whose files lie beside and below it. */
  Npm: 4,
  /** `package-lock.json`, `node_modules/.package-lock.json`: folders of what is there for development only. */
  NpmLock: 5,
  /** `NAME.dist-info/METADATA`, `NAME.egg-info/PKG-INFO`, `NAME.egg-info`: one package without its files. */
  PythonMetadata: 6,
  /** `RECORD`, `installed-files.txt`, `top_level.txt` beside it: the files of one package. */
  PythonFiles: 7,
  /** `vendor/composer/installed.json`: packages with their folders. */
  Composer: 8,
  /** `specifications/NAME.gemspec`: one package; where its files lie follows from the name. */
  Gem: 9,
  /** A program that Go built: one package, which is the file. */
  Go: 10,
  /** An archive of Java: one package, which is the file. */
  Java: 11,
} as const;
export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];

/** Ends of paths. What `*` stands for has no slash and is not empty; a path may begin where the pattern does. */
const patterns: readonly (readonly [pattern: string, kind: RecordKind])[] = [
  ['var/lib/dpkg/status', RecordKind.DpkgStatus],
  ['var/lib/dpkg/info/*.list', RecordKind.DpkgFiles],
  ['var/lib/dpkg/status.d/*.md5sums', RecordKind.DpkgFiles],
  ['lib/apk/db/installed', RecordKind.Apk],
  ['var/lib/rpm/rpmdb.sqlite', RecordKind.Rpm],
  ['var/lib/rpm/Packages.db', RecordKind.Rpm],
  ['var/lib/rpm/Packages', RecordKind.Rpm],
  ['usr/share/rpm/rpmdb.sqlite', RecordKind.Rpm],
  ['usr/share/rpm/Packages.db', RecordKind.Rpm],
  ['usr/share/rpm/Packages', RecordKind.Rpm],
  ['usr/lib/sysimage/rpm/rpmdb.sqlite', RecordKind.Rpm],
  ['usr/lib/sysimage/rpm/Packages.db', RecordKind.Rpm],
  ['usr/lib/sysimage/rpm/Packages', RecordKind.Rpm],
  ['node_modules/.package-lock.json', RecordKind.NpmLock],
  ['package-lock.json', RecordKind.NpmLock],
  ['node_modules/*/package.json', RecordKind.Npm],
  // Of a scope; any other folder there is no package's.
  ['node_modules/*/*/package.json', RecordKind.Npm],
  ['*.dist-info/METADATA', RecordKind.PythonMetadata],
  ['*.egg-info/PKG-INFO', RecordKind.PythonMetadata],
  ['*.egg-info', RecordKind.PythonMetadata],
  ['*.dist-info/RECORD', RecordKind.PythonFiles],
  ['*.egg-info/installed-files.txt', RecordKind.PythonFiles],
  ['*.egg-info/top_level.txt', RecordKind.PythonFiles],
  ['composer/installed.json', RecordKind.Composer],
  ['specifications/*.gemspec', RecordKind.Gem],
  ['specifications/default/*.gemspec', RecordKind.Gem],
  ['*.jar', RecordKind.Java],
  ['*.war', RecordKind.Java],
  ['*.ear', RecordKind.Java],
];

interface Pattern {
  /** From the end to the beginning, 0 for `*`. */
  readonly reversed: Uint8Array;
  readonly kind: RecordKind;
}

/** By the last two bytes, which few other paths end in: the number of a group, or 0. */
const groupOfEnd = new Uint8Array(0x10000);
const groups: Pattern[][] = [[]];
for (const [pattern, kind] of patterns) {
  const reversed = Buffer.from(pattern.replaceAll('*', '\0')).reverse();
  const end = (reversed[1]! << 8) | reversed[0]!;
  if (groupOfEnd[end] === 0) groupOfEnd[end] = groups.push([]) - 1;
  groups[groupOfEnd[end]!]!.push({ reversed, kind });
}
const statusFolder = Buffer.from('var/lib/dpkg/status.d/');

const slash = 0x2f;
const dot = 0x2e;
const atSign = 0x40;

/** What kind of record a file at that path is; undefined of most. `./` and `/` at the beginning say nothing. */
export function recordKindOf(path: Uint8Array, start: number, end: number): RecordKind | undefined {
  if (end - start < 2) return undefined;
  const group = groupOfEnd[(path[end - 2]! << 8) | path[end - 1]!]!;
  if (group !== 0) {
    for (const { reversed, kind } of groups[group]!) {
      if (!endsIn(path, start, end, reversed)) continue;
      return kind === RecordKind.Npm && !isPackageFolder(path, start, end) ? undefined : kind;
    }
  }
  return isStatus(path, start, end) ? RecordKind.DpkgStatus : undefined;
}

/** A star takes all of a name that is left of what stands behind it. */
function endsIn(path: Uint8Array, start: number, end: number, reversed: Uint8Array): boolean {
  let last = end - 1;
  for (let at = 0; at < reversed.length; at++) {
    const byte = reversed[at]!;
    if (byte !== 0) {
      if (last < start || path[last] !== byte) return false;
      last -= 1;
      continue;
    }
    const from = last;
    while (last >= start && path[last] !== slash) last -= 1;
    if (last === from) return false;
  }
  return last < start || path[last] === slash;
}

/** Of `…/NAME/package.json`, or `…/SCOPE/NAME/package.json`: whether these are names that npm gives folders. */
function isPackageFolder(path: Uint8Array, start: number, end: number): boolean {
  const name = path.lastIndexOf(slash, end - packageFile.length - 1) + 1;
  // Before the path are other bytes.
  const above = Math.max(start, path.lastIndexOf(slash, name - 2) + 1);
  const isScoped = !Buffer.from(path.subarray(above, name)).equals(modulesFolder);
  return isScoped ? path[above] === atSign : path[name] !== atSign && path[name] !== dot;
}

const packageFile = '/package.json';
const modulesFolder = Buffer.from('node_modules/');

/** The distroless images have a file a package. */
function isStatus(path: Uint8Array, start: number, end: number): boolean {
  let from = start;
  while (from < end && (path[from] === dot || path[from] === slash)) from += 1;
  const name = from + statusFolder.length;
  if (path[from] !== statusFolder[0] || name >= end) return false;
  return (
    statusFolder.every((byte, index) => path[from + index] === byte) &&
    !path.subarray(name, end).includes(slash)
  );
}
