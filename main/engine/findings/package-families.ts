import type { Ecosystem } from '../../../shared/model/package-name.ts';
import type { Package } from '../packages/packages.ts';

/** Packages of a system's manager that people know by one name. */
interface PackageFamily {
  readonly name: string;
  /** Names of packages, whole; of Debian, Alpine or RPM distributions. */
  readonly packages: RegExp;
}

const system: ReadonlySet<Ecosystem> = new Set<Ecosystem>(['dpkg', 'apk', 'rpm']);

/**
 * What `apt-get install build-essential`, `apk add build-base`, git, perl, python3 and so on bring (package lists of
 * Debian 12 and Alpine 3.20). Of two families the first one holds.
 */
const families: readonly PackageFamily[] = [
  { name: 'Go toolchain', packages: /^(golang(-\d.*|-go|-src|-bin)?|go)$/ },
  {
    name: 'C and C++ compilers',
    packages:
      /^((gcc|g\+\+|cpp|clang|clang\d+|llvm|llvm\d+|lld|libclang|libllvm)(-[\d.]+.*|-common.*|-x86-64.*|-aarch64.*|-libs|-static)?|gcc-c\+\+|binutils.*|libbinutils|libctf.*|libgprofng.*|libc6-dev|libc-dev(-bin)?|libcrypt-dev|glibc-devel|musl-dev|libstdc\+\+.*-dev|libgcc-.*-dev|lib(cc1|asan|tsan|lsan|ubsan|hwasan|itm|quadmath|isl|mpc|mpfr)[-.]?\d*.*|isl\d*|mpc1|mpfr4|linux-libc-dev|linux-headers|kernel-headers|build-base|build-essential|dpkg-dev|fortify-headers|make|cmake.*|ninja.*|autoconf|automake.*|libtool|rpcsvc-proto)$/,
  },
  { name: 'Rust toolchain', packages: /^(rustc|cargo|rust|libstd-rust.*|rust-std.*)$/ },
  { name: 'JDK', packages: /^(openjdk-?\d*-jdk.*|default-jdk.*|java-.*-openjdk-devel)$/ },
  {
    name: 'Java runtime',
    packages: /^(openjdk-?\d*-jre.*|default-jre.*|java-.*-openjdk(-headless)?|ca-certificates-java)$/,
  },
  { name: 'Node.js', packages: /^(nodejs|nodejs-current|libnode\d+|icu-data-full)$/ },
  { name: 'npm and Yarn', packages: /^(npm|yarn|yarnpkg)$/ },
  { name: "Debian's node modules", packages: /^node-.*$/ },
  { name: 'PHP', packages: /^(php\d*(\.\d+)?(-.*)?|libapache2-mod-php.*)$/ },
  { name: 'Git', packages: /^(git|git-man|git-.*|liberror-perl)$/ },
  { name: 'Mercurial', packages: /^mercurial(-common)?$/ },
  { name: 'Subversion', packages: /^(subversion|libsvn\d+)$/ },
  { name: 'Perl', packages: /^(perl|perl-.*|libperl[\d.].*|lib.*-perl)$/ },
  {
    name: 'Python',
    packages:
      /^(python\d*(\.\d+)?(-minimal|-dev|-venv|-distutils|-lib2to3|-libs|-pyc|-pycache.*)?|libpython.*)$/,
  },
  { name: 'Ruby', packages: /^(ruby(\d.*)?|libruby.*)$/ },
  { name: 'headers of libraries', packages: /^.*-(dev|devel|dev-bin)$/ },
];

/** The family's name; undefined for what is known by its own name. */
export function familyOf({ ecosystem, name }: Package): string | undefined {
  return system.has(ecosystem) ? families.find(({ packages }) => packages.test(name))?.name : undefined;
}
