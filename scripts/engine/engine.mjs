import { run, seconds } from '../lib/run.mjs';
import { commonBases, loadBases } from './bases.mjs';
import { startDaemon } from './daemon.mjs';
import { installMissing, isDebianRoot } from './debian-packages.mjs';
import { pullBases, startInDocker } from './in-docker.mjs';
import { removeAbandoned } from './leftovers.mjs';
import { newestPrograms } from './newest-engine.mjs';

/**
 * @typedef {{ command: string, env: NodeJS.ProcessEnv }} DockerCommand a docker command and its environment
 *
 * @typedef {'debian' | 'newest'} EngineKind Debian's docker.io (bookworm: 20.10, the oldest that Layerscope
 *   supports), or the newest there is, with images in containerd
 *
 * @typedef {object} RunningEngine
 * @property {EngineKind} kind
 * @property {DockerCommand} docker the command that talks to it
 * @property {string} dockerHost as in DOCKER_HOST
 * @property {string | undefined} registry HOST:PORT of the registry, as the engine sees it
 * @property {() => number | undefined} pid of dockerd, where it runs here
 * @property {() => Promise<unknown>} kill SIGKILL, as when a machine's engine crashes
 * @property {() => Promise<void>} restart starts it again after a kill, with the same data and address
 * @property {() => Promise<void>} stop stops it and removes everything of it
 */

const packages = ['docker.io', 'debootstrap', 'docker-registry', 'busybox-static', 'openssh-client'];

/** What the registry holds, and the engine does not under that name: FROM it is a real pull. */
const pushed = 'debian:bookworm';

/**
 * Starts a private engine and fills it with bases.
 *
 * @param {object} [options]
 * @param {EngineKind} [options.kind] default: debian, or what `docker:dind` is where this is no Debian
 * @param {readonly string[]} [options.bases] default: those that npm test needs
 * @param {boolean} [options.registry] whether a registry with debian:bookworm runs beside it; default: yes
 * @param {(line: string) => void} [options.log]
 * @param {AbortSignal} [options.signal] stops the start; what was started is removed
 * @returns {Promise<RunningEngine>}
 * @throws {Error} where no engine can be had, saying what to install
 */
export async function startEngine(options = {}) {
  const {
    kind = 'debian',
    bases = commonBases,
    registry = true,
    log = () => {},
    signal = new AbortController().signal,
  } = options;
  const onDebian = isDebianRoot();
  if (onDebian) {
    await installMissing(packages, log);
    await removeAbandoned(log);
  } else if (kind === 'newest') {
    throw new Error('The newest Docker engine runs on this machine itself, which takes root on a Debian.');
  } else {
    await expectDocker();
  }
  const programs = kind === 'newest' ? await newestPrograms({ log, signal }) : undefined;
  signal.throwIfAborted();
  const started = performance.now();
  const running = await (onDebian ? startDaemon({ registry, programs }) : startInDocker({ registry }));
  const engine = { ...running, kind };
  try {
    log(`Private engine ${engine.dockerHost} started in ${seconds(started)}`);
    const wanted = registry ? [...new Set([...bases, pushed])] : bases;
    await (onDebian ? loadBases : pullBases)(engine.docker, wanted, { log, signal });
    if (registry) await push(engine, signal);
    return engine;
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

async function push({ docker, registry }, signal) {
  const name = `${registry}/${pushed}`;
  for (const args of [
    ['tag', pushed, name],
    ['push', '-q', name],
    ['rmi', name],
  ]) {
    await run(docker.command, args, { env: docker.env, signal });
  }
}

async function expectDocker() {
  try {
    await run('docker', ['version', '--format', '{{.Server.Version}}'], { timeoutMs: 10_000 });
  } catch (error) {
    throw new Error(
      'The tests need a Docker engine. As root on Debian they install and start one of their own; elsewhere ' +
        'install Docker, start it, and see that the docker command may run privileged containers. ' +
        `What was tried: ${error.message}`,
    );
  }
}

/** The environment by which tests know a running engine. */
export function testEnvironment(engine) {
  return {
    LAYERSCOPE_TEST_ENGINE: engine.kind,
    LAYERSCOPE_TEST_DOCKER_HOST: engine.dockerHost,
    LAYERSCOPE_TEST_DOCKER_CLI: engine.docker.command,
    ...(engine.registry && { LAYERSCOPE_TEST_REGISTRY: engine.registry }),
    ...(engine.pid() && { LAYERSCOPE_TEST_ENGINE_PID: String(engine.pid()) }),
  };
}
