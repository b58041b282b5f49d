import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, seconds } from '../lib/run.mjs';
import { cacheFolder } from './cache-folder.mjs';
import { removeWorkFolder } from './leftovers.mjs';

/**
 * Stand-ins for public bases, by the names Dockerfiles use. They exist in private engines only. A recipe is a
 * shell script that leaves the images in the engine of DOCKER_HOST; its text is the key of its cached tar.
 *
 * @type {Record<string, { needs?: string, images: readonly string[], recipe: string }>}
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
};

/** Every stand-in there is. */
export const allBases = Object.values(stacks).flatMap(({ images }) => images);

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
    if (stack.images.some((image) => images.includes(image)))
      await loadStack(name, present, docker, log, signal);
  }
}

async function loadStack(name, present, docker, log, signal) {
  if (present.has(name)) return;
  const { needs, images, recipe } = stacks[name];
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
  present.add(name);
}

/** Hash of the recipe and of those it builds on. */
function keyOf(name) {
  const { needs, recipe, images } = stacks[name];
  const text = `${needs ? keyOf(needs) : ''}\0${process.arch}\0${images.join()}\0${recipe}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
