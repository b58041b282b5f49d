import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, seconds } from '../lib/run.mjs';
import { cacheFolder } from './cache-folder.mjs';
import { removeWorkFolder } from './leftovers.mjs';

/** `npm ci` with what lies in /opt/npm-packages, by the same lockfile; its arguments are those of `npm prune`. */
const npmCiFromDebian = `#!/bin/sh
set -e
for package in $(node -p 'Object.keys(require("./package-lock.json").packages).filter(Boolean).join(" ")'); do
  mkdir -p "$package"
  cp -R "/opt/npm-packages/\${package#node_modules/}/." "$package"
done
npm rebuild --offline
# npm's own record of what is installed.
cp package-lock.json node_modules/.package-lock.json
npm prune --offline "$@"
`;

/** As in Docker's own Debian images: apt keeps no packages and no caches but its lists. */
const leanApt = `RUN clean='rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true' \\
 && printf 'DPkg::Post-Invoke { "%s"; };\\nDir::Cache::pkgcache "";\\nDir::Cache::srcpkgcache "";\\n' "$clean" \\
    > /etc/apt/apt.conf.d/docker-clean`;

/**
 * Stand-ins for public bases, by the names Dockerfiles use. They exist in private engines only. A recipe is a
 * shell script that leaves the images in the engine of DOCKER_HOST; its text is the key of its cached tar.
 *
 * @typedef {object} Stack
 * @property {string} [needs] the stack whose images its recipe builds on
 * @property {readonly string[]} images what the recipe makes, kept in one tar
 * @property {Readonly<Record<string, string>>} [aliases] more names, and the images that they stand for
 * @property {boolean} [forExamples] whether only `npm run test:examples` asks for it
 * @property {string} recipe
 *
 * @type {Readonly<Record<string, Stack>>}
 */
const stacks = {
  alpine: {
    images: ['alpine:3.20'],
    recipe: `
mkdir -p root/bin root/etc root/tmp root/root
cp /bin/busybox root/bin/busybox
for applet in $(/bin/busybox --list); do
  [ "$applet" = busybox ] || ln -s busybox "root/bin/$applet"
done
# Debian's busybox has no adduser: as much of it as \`adduser -D -u UID NAME\` takes.
cat > root/bin/adduser <<'END'
#!/bin/sh
echo "$4:x:$3:$3::/home/$4:/bin/sh" >> /etc/passwd
echo "$4:x:$3:" >> /etc/group
mkdir -p "/home/$4" && chown "$3:$3" "/home/$4"
END
chmod 755 root/bin/adduser
echo 'root:x:0:0:root:/root:/bin/sh' > root/etc/passwd
echo 'root:x:0:root' > root/etc/group
echo 'NAME="Alpine stand-in (busybox)"' > root/etc/os-release
tar -C root --numeric-owner -c . | docker import -c 'CMD ["/bin/sh"]' - alpine:3.20
`,
  },
  debian: {
    images: ['debian:bookworm', 'debian:bookworm-slim'],
    recipe: `
debootstrap --variant=minbase bookworm root >debootstrap.log 2>&1 || { tail -n 5 debootstrap.log >&2; exit 1; }
rm -rf root/var/cache/apt/archives/*.deb root/var/lib/apt/lists/* root/var/log/*
tar -C root --numeric-owner -c . | docker import -c 'CMD ["bash"]' - debian:bookworm
tar -C root --numeric-owner --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' \\
  --exclude='./usr/share/locale/*' --exclude='./usr/share/info/*' -c . \\
  | docker import -c 'CMD ["bash"]' - debian:bookworm-slim
`,
  },
  golang: {
    needs: 'debian',
    images: ['golang:1.22'],
    aliases: { 'golang:1.22-alpine': 'golang:1.22' },
    // Host network: private engines have no bridge. Debian's compiler is 1.19, which the examples allow for.
    recipe: `
cat > Dockerfile <<'END'
FROM debian:bookworm
RUN apt-get update \\
 && apt-get install -y --no-install-recommends golang-go ca-certificates \\
 && rm -rf /var/lib/apt/lists/*
ENV GOPATH=/go
WORKDIR /go
END
docker build --network host -t golang:1.22 . >build.log 2>&1 || { tail -n 20 build.log >&2; exit 1; }
`,
  },
  ubuntu: {
    needs: 'debian',
    images: ['ubuntu:latest'],
    recipe: fromDockerfile(`FROM debian:bookworm AS ubuntu\n${leanApt}`, { ubuntu: 'ubuntu:latest' }),
  },
  distroless: {
    needs: 'debian',
    images: ['gcr.io/distroless/static-debian12:nonroot'],
    // No shell and no libc; its packages are in status.d, as distroless records them.
    recipe: fromDockerfile(
      `
FROM debian:bookworm AS packages
${install('ca-certificates')}
WORKDIR /packages
RUN mkdir -p root/etc/ssl/certs root/home/nonroot root/var/lib/dpkg/status.d \\
 && chown 65532:65532 root/home/nonroot \\
 && apt-get update \\
 && apt-get download base-files netbase tzdata \\
 && for package in *.deb; do \\
      name="\${package%%_*}" && dpkg -x "$package" root \\
      && dpkg -f "$package" > "root/var/lib/dpkg/status.d/$name" \\
      && dpkg --ctrl-tarfile "$package" | tar -xO ./md5sums > "root/var/lib/dpkg/status.d/$name.md5sums"; \\
    done \\
 && cp /etc/ssl/certs/ca-certificates.crt root/etc/ssl/certs/ \\
 && echo 'root:x:0:0:root:/root:/sbin/nologin' > root/etc/passwd \\
 && echo 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' >> root/etc/passwd \\
 && printf 'root:x:0:\\nnonroot:x:65532:\\n' > root/etc/group

FROM scratch AS static
COPY --from=packages /packages/root/ /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER nonroot
WORKDIR /home/nonroot
`,
      { static: 'gcr.io/distroless/static-debian12:nonroot' },
    ),
  },
  node: {
    needs: 'debian',
    images: ['node:20-alpine'],
    forExamples: true,
    // npm packages lie ready for RUN steps that cannot reach npm's registry, with a command that installs them.
    recipe: fromDockerfile(
      `
FROM debian:bookworm-slim AS node
${leanApt}
${install('nodejs', 'npm')}
RUN apt-get update && cd /tmp && apt-get download node-ms node-typescript \\
 && for package in *.deb; do dpkg -x "$package" unpacked; done \\
 && mv unpacked/usr/share/nodejs /opt/npm-packages \\
 && rm -rf unpacked *.deb /var/lib/apt/lists/*
COPY npm-ci-from-debian /usr/local/bin/
RUN useradd --uid 1000 --create-home node
CMD ["node"]
`,
      { node: 'node:20-alpine' },
      { 'npm-ci-from-debian': npmCiFromDebian },
    ),
  },
  php: {
    needs: 'debian',
    images: ['php:8.2-fpm-alpine', 'composer:2'],
    forExamples: true,
    // Composer finds Debian's libraries instead of its registry.
    recipe: fromDockerfile(
      `
FROM debian:bookworm-slim AS php
${leanApt}
${install('php-cli', 'php-fpm', 'php-mbstring', 'php-xml', 'systemd-standalone-sysusers', 'systemd-standalone-tmpfiles')}
RUN ln -s php-fpm8.2 /usr/sbin/php-fpm \\
 && printf '[global]\\ndaemonize = no\\nerror_log = /proc/self/fd/2\\n[www]\\nlisten = 9000\\n' \\
    > /etc/php/8.2/fpm/pool.d/zz-docker.conf
CMD ["php-fpm"]

FROM php AS composer
${install('composer', 'git', 'unzip', 'php-monolog', 'php-psr-log')}
ENV COMPOSER_HOME=/composer COMPOSER_ALLOW_SUPERUSER=1
COPY config.json /composer/
WORKDIR /app
CMD ["composer"]
`,
      { php: 'php:8.2-fpm-alpine', composer: 'composer:2' },
      {
        'config.json': JSON.stringify({
          repositories: [
            { 'packagist.org': false },
            debianLibrary('monolog/monolog', '2.9.1', 'Monolog', { 'psr/log': '*' }),
            debianLibrary('psr/log', '1.1.4', 'Psr/Log', {}),
          ],
        }),
      },
    ),
  },
  java: {
    needs: 'debian',
    images: ['eclipse-temurin:21-jre-alpine', 'gradle:8.7-jdk21'],
    forExamples: true,
    // The slim image has no manual pages, and Java's packages want the folder for theirs.
    recipe: fromDockerfile(
      `
FROM debian:bookworm-slim AS jre
${leanApt}
RUN mkdir -p /usr/share/man/man1
${install('default-jre-headless')}

FROM jre AS gradle
${install('default-jdk-headless', 'gradle')}
`,
      { jre: 'eclipse-temurin:21-jre-alpine', gradle: 'gradle:8.7-jdk21' },
    ),
  },
  python: {
    needs: 'debian',
    images: ['python:3.12-slim'],
    forExamples: true,
    // Sources of Python packages lie ready for RUN steps that cannot reach Python's index; pip wants NAME-VERSION.
    recipe: fromDockerfile(
      `
FROM debian:bookworm-slim AS python
${leanApt}
${install('python3', 'python3-dev', 'python3-pip', 'python3-setuptools', 'python3-wheel')}
RUN ln -s python3 /usr/bin/python && rm /usr/lib/python3*/EXTERNALLY-MANAGED
RUN sed 's/^deb /deb-src /' /etc/apt/sources.list > /etc/apt/sources.list.d/sources.list \\
 && apt-get update && mkdir /opt/python-packages && cd /opt/python-packages \\
 && apt-get source --download-only --tar-only jinja2 markupsafe \\
 && for file in *.orig.*; do mv "$file" "$(echo "$file" | sed 's/_/-/; s/[.]orig//')"; done \\
 && rm -rf /etc/apt/sources.list.d/sources.list /var/lib/apt/lists/*
CMD ["python3"]
`,
      { python: 'python:3.12-slim' },
    ),
  },
};

const namesOf = ({ images, aliases = {} }) => [...images, ...Object.keys(aliases)];

/** Every stand-in there is. */
export const allBases = Object.values(stacks).flatMap(namesOf);

/** Those that `npm test` needs. */
export const commonBases = Object.values(stacks)
  .filter(({ forExamples }) => !forExamples)
  .flatMap(namesOf);

/**
 * Puts stand-ins into an engine: from their cached tars, or by their recipes, which then fill the cache.
 *
 * @param {import('./engine.mjs').DockerCommand} docker
 * @param {readonly string[]} images names of allBases
 * @param {{ log: (line: string) => void, signal: AbortSignal }} options
 */
export async function loadBases(docker, images, { log, signal }) {
  for (const image of images) {
    if (!allBases.includes(image))
      throw new Error(`There is no stand-in for ${image}: ${allBases.join(', ')}`);
  }
  const present = new Set();
  for (const [name, stack] of Object.entries(stacks)) {
    if (namesOf(stack).some((image) => images.includes(image)))
      await loadStack(name, present, docker, log, signal);
  }
}

async function loadStack(name, present, docker, log, signal) {
  if (present.has(name)) return;
  const { needs, images, aliases = {}, recipe } = stacks[name];
  const started = performance.now();
  const tar = join(cacheFolder, `${name}-${keyOf(name)}.tar`);
  if (existsSync(tar)) {
    await run(docker.command, ['load', '-q', '-i', tar], { env: docker.env, signal });
    log(`Loaded ${images.join(', ')} in ${seconds(started)}`);
  } else {
    if (needs) await loadStack(needs, present, docker, log, signal);
    mkdirSync(cacheFolder, { recursive: true });
    const folder = mkdtempSync(join(cacheFolder, `making-${name}-`));
    try {
      writeFileSync(join(folder, 'recipe.sh'), `set -euo pipefail\nmkdir work && cd work\n${recipe}`);
      await run('bash', ['recipe.sh'], { cwd: folder, env: docker.env, signal, timeoutMs: 300_000 });
      const unfinished = join(folder, 'images.tar');
      await run(docker.command, ['save', '-o', unfinished, ...images], { env: docker.env, signal });
      renameSync(unfinished, tar);
    } finally {
      await removeWorkFolder(folder);
    }
    log(`Made ${images.join(', ')} in ${seconds(started)}`);
  }
  for (const [alias, image] of Object.entries(aliases)) {
    await run(docker.command, ['tag', image, alias], { env: docker.env, signal });
  }
  present.add(name);
}

/**
 * A recipe that builds stages of a Dockerfile.
 *
 * @param {string} dockerfile
 * @param {Readonly<Record<string, string>>} targets image by stage
 * @param {Readonly<Record<string, string>>} [files] what else is in its context: programs
 */
function fromDockerfile(dockerfile, targets, files = {}) {
  const writing = Object.entries({ Dockerfile: dockerfile, ...files }).map(
    ([file, text]) => `cat > ${file} <<'END_OF_FILE'\n${text.trim()}\nEND_OF_FILE\nchmod 755 ${file}\n`,
  );
  // Host network: private engines have no bridge.
  const building = Object.entries(targets).map(
    ([stage, image]) =>
      `docker build --network host --target ${stage} -t ${image} . >build.log 2>&1 ` +
      '|| { tail -n 20 build.log >&2; exit 1; }\n',
  );
  return [...writing, ...building].join('');
}

/** A step that installs Debian packages and leaves nothing else behind. */
function install(...packages) {
  return `RUN apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')} \\
 && rm -rf /var/lib/apt/lists/* /var/log/*`;
}

/** A library that a Debian package put below /usr/share/php, as a repository of Composer. */
function debianLibrary(name, version, folder, requires) {
  const namespace = `${folder.replaceAll('/', '\\')}\\`;
  const dist = { type: 'path', url: `/usr/share/php/${folder}` };
  const copied = { 'transport-options': { symlink: false } };
  const autoload = { 'psr-4': { [namespace]: '' } };
  return { type: 'package', package: { name, version, require: requires, dist, ...copied, autoload } };
}

/** Hash of the recipe and of those it builds on. */
function keyOf(name) {
  const { needs, recipe, images } = stacks[name];
  const text = `${needs ? keyOf(needs) : ''}\0${process.arch}\0${images.join()}\0${recipe}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
