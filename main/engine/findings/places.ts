/** Files that people know by one name, wherever packages put them. */
export interface KnownPlace {
  /** Several rules may have one name: then they are one group. */
  readonly name: string;
  /**
   * Where: absolute, `~` being /root and every /home/NAME; or a name that may be anywhere below, after `…/`. `*` is
   * any part of one name. The deepest rule that matches holds; one of a name anywhere holds only outside of others.
   */
  readonly paths: readonly string[];
  /** Only where the directory also has this. */
  readonly having?: string;
}

/**
 * The table of places, each with who puts files there. Of two rules for one path the first one holds.
 */
export const knownPlaces: readonly KnownPlace[] = [
  // The golang images unpack the release to /usr/local/go, as go.dev/doc/install says; Debian's golang-1.19-go has
  // /usr/lib/go-1.19 and links from it to /usr/share/go-1.19; Alpine's go is /usr/lib/go.
  { name: 'Go toolchain', paths: ['/usr/local/go', '/usr/lib/go', '/usr/lib/go-*', '/usr/share/go-*'] },
  // `go env GOMODCACHE`: $GOPATH/pkg/mod; GOPATH is ~/go unless set, /go in the golang images.
  { name: 'Go module cache', paths: ['/go/pkg/mod', '/go/pkg/sumdb', '~/go/pkg'] },
  // `go env GOCACHE`: os.UserCacheDir()/go-build.
  { name: 'Go build cache', paths: ['~/.cache/go-build'] },

  // apt.conf(5): Dir::State::Lists, Dir::Cache (archives, pkgcache.bin, srcpkgcache.bin).
  { name: 'apt lists', paths: ['/var/lib/apt/lists'] },
  { name: 'apt package cache', paths: ['/var/cache/apt'] },
  // dpkg(1): the database of what is installed.
  { name: 'dpkg database', paths: ['/var/lib/dpkg'] },
  // apk-cache(5): /etc/apk/cache links to it; without --no-cache `apk update` leaves the indexes there.
  { name: 'apk cache', paths: ['/var/cache/apk', '/etc/apk/cache'] },
  // dnf.conf(5) cachedir; yum.conf(5); rpm(8) --dbpath.
  { name: 'dnf cache', paths: ['/var/cache/dnf', '/var/cache/libdnf5', '/var/cache/yum'] },
  { name: 'RPM database', paths: ['/var/lib/rpm', '/usr/lib/sysimage/rpm', '/usr/share/rpm'] },

  // npm help config: cache is ~/.npm; yarn v1 and pnpm: yarn cache dir, pnpm store path; node-gyp keeps headers.
  { name: 'npm cache', paths: ['~/.npm'] },
  {
    name: 'Yarn cache',
    paths: ['~/.cache/yarn', '/usr/local/share/.cache/yarn', '~/.yarn/berry/cache'],
  },
  { name: 'pnpm store', paths: ['~/.local/share/pnpm/store', '~/.pnpm-store'] },
  { name: 'node-gyp cache', paths: ['~/.cache/node-gyp', '~/.node-gyp'] },
  // The node images unpack the release to /usr/local, and Yarn to /opt/yarn-vVERSION; Debian's nodejs and npm.
  {
    name: 'Node.js',
    paths: ['/usr/local/bin/node', '/usr/local/include/node', '/usr/bin/node', '/usr/bin/nodejs'],
  },
  {
    name: 'npm and Yarn',
    paths: [
      '/usr/local/lib/node_modules/npm',
      '/usr/local/lib/node_modules/corepack',
      '/usr/lib/node_modules/npm',
      '/usr/share/nodejs/npm',
      '/opt/yarn-*',
    ],
  },
  { name: "Debian's node modules", paths: ['/usr/share/nodejs', '/usr/lib/nodejs'] },
  { name: 'node_modules', paths: ['…/node_modules'] },

  // pip cache dir; pipx and uv likewise keep to the XDG cache folder.
  { name: 'pip cache', paths: ['~/.cache/pip'] },
  { name: 'uv cache', paths: ['~/.cache/uv'] },
  { name: 'Poetry cache', paths: ['~/.cache/pypoetry'] },
  // conda config: pkgs_dirs.
  { name: 'conda package cache', paths: ['/opt/conda/pkgs', '~/miniconda3/pkgs'] },

  // Gradle User Home: wrapper/dists, caches, daemon; the gradle images have /opt/gradle, Debian /usr/share/gradle.
  {
    name: 'Gradle',
    paths: ['/opt/gradle', '/usr/share/gradle', '/usr/share/gradle-*', '~/.gradle/wrapper/dists'],
  },
  { name: 'Gradle caches', paths: ['~/.gradle'] },
  // Maven's settings reference: localRepository is ~/.m2/repository; the maven images and Debian /usr/share/maven.
  { name: 'Maven repository', paths: ['~/.m2/repository', '/usr/share/maven-repo'] },
  { name: 'Maven', paths: ['/usr/share/maven', '/opt/maven'] },
  // eclipse-temurin, amazoncorretto, openjdk and Debian's packages; only a JDK has the compiler.
  {
    name: 'JDK',
    paths: ['/usr/lib/jvm/*', '/opt/java/openjdk', '/usr/local/openjdk-*', '/usr/java/*'],
    having: 'bin/javac',
  },
  {
    name: 'Java runtime',
    paths: ['/usr/lib/jvm/*', '/opt/java/openjdk', '/usr/local/openjdk-*', '/usr/java/*'],
  },

  // Composer's cache-dir; the php images keep PHP's source as /usr/src/php.tar.xz and install to /usr/local.
  { name: 'Composer cache', paths: ['~/.composer/cache', '~/.cache/composer', '/tmp/cache/files'] },
  { name: "PHP's source", paths: ['/usr/src/php.tar.xz', '/usr/src/php'] },
  {
    name: 'PHP',
    paths: [
      '/usr/local/bin/php',
      '/usr/local/bin/php-cgi',
      '/usr/local/bin/phpdbg',
      '/usr/local/sbin/php-fpm',
      '/usr/local/lib/php',
      '/usr/local/lib/libphp.so',
      '/usr/local/include/php',
      '/usr/local/php',
      '/usr/lib/php',
      '/usr/lib/php[0-9]*',
      '/usr/share/php',
    ],
  },
  // bundler's and RubyGems' caches: gem environment, bundle config.
  { name: 'Ruby gem cache', paths: ['/usr/local/bundle/cache', '~/.bundle/cache', '~/.gem'] },

  // rustup: RUSTUP_HOME and CARGO_HOME are /usr/local/rustup and /usr/local/cargo in the rust images.
  { name: 'Rust toolchain', paths: ['/usr/local/rustup', '~/.rustup', '/usr/lib/rustlib'] },
  { name: 'Cargo registry', paths: ['/usr/local/cargo/registry', '~/.cargo/registry', '~/.cargo/git'] },
  // Cargo writes this file beside what it builds.
  { name: 'Rust build output', paths: ['…/target'], having: '.rustc_info.json' },

  // dotnet: the sdk images install to /usr/share/dotnet; NuGet's global-packages folder.
  { name: '.NET SDK', paths: ['/usr/share/dotnet/sdk', '/usr/lib/dotnet/sdk', '/usr/share/dotnet/packs'] },
  { name: '.NET runtime', paths: ['/usr/share/dotnet', '/usr/lib/dotnet'] },
  { name: 'NuGet packages', paths: ['~/.nuget/packages'] },

  // gcc images install to /usr/local; Debian and Alpine have their compilers in packages too (package-families.ts).
  {
    name: 'C and C++ compilers',
    paths: ['/usr/lib/gcc', '/usr/libexec/gcc', '/usr/local/lib/gcc', '/usr/local/libexec/gcc'],
  },
  { name: 'Git', paths: ['/usr/lib/git-core', '/usr/libexec/git-core', '/usr/share/git-core'] },
  { name: 'Git history', paths: ['…/.git'] },
  {
    name: 'Perl',
    paths: ['/usr/share/perl', '/usr/share/perl5', '/usr/lib/*-linux-gnu/perl*', '/usr/lib/perl5'],
  },

  // The Filesystem Hierarchy Standard: 4.11 /usr/share; 5.10 /var/log; 3.18 /tmp; 5.15 /var/tmp.
  {
    name: 'documentation and manuals',
    paths: [
      '/usr/share/doc',
      '/usr/share/man',
      '/usr/share/info',
      '/usr/share/gtk-doc',
      '/usr/local/share/doc',
      '/usr/local/share/man',
      '/usr/local/man',
    ],
  },
  { name: 'locales', paths: ['/usr/share/locale', '/usr/share/i18n', '/usr/lib/locale'] },
  { name: 'logs', paths: ['/var/log'] },
  { name: 'temporary files', paths: ['/tmp', '/var/tmp'] },
];

/** Names of groups that are told of apart from their place, for what is needed only while developing. */
export const developmentDependencies: Readonly<Record<string, string>> = {
  npm: 'node_modules: development dependencies',
  composer: 'Composer: development dependencies',
};

/** What programs need to run: why a second stage on the same base gains little. */
export const runtimes: ReadonlySet<string> = new Set([
  'Node.js',
  'PHP',
  'Python',
  'Ruby',
  'Java runtime',
  'JDK',
  '.NET runtime',
  '.NET SDK',
  'Go toolchain',
  'Rust toolchain',
]);
