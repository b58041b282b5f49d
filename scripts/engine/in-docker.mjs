import { run, sleep } from '../lib/run.mjs';

const engineImage = 'docker:28-dind';
const registryImage = 'registry:2';

/**
 * A private engine as a container of the engine that answers here, for machines that are no Debian or where we
 * are not root. It needs `docker run --privileged` and a network. Its bases are the public ones.
 *
 * @param {{ registry: boolean }} options whether a registry runs in the container's network
 * @returns {Promise<import('./engine.mjs').RunningEngine>}
 */
export async function startInDocker({ registry }) {
  const outer = (...args) => run('docker', args, { timeoutMs: 300_000 });
  const name = `layerscope-test-${process.pid}-${Date.now().toString(36)}`;
  const label = `dev.layerscope.test-owner=${process.pid}`;
  const registryName = `${name}-registry`;
  // --volumes: the engine's data lie in an anonymous volume.
  const stop = async () => {
    await outer('rm', '--force', '--volumes', registryName, name);
  };

  try {
    // An engine that requires TLS by default is asked not to: it listens on loopback only.
    await outer(
      ...['run', '--detach', '--privileged', '--name', name, '--label', label],
      ...['--publish', '127.0.0.1::2375', '--env', 'DOCKER_TLS_CERTDIR=', engineImage],
    );
    if (registry) {
      // In the network of the engine it is 127.0.0.1:5000, which needs no TLS.
      await outer(
        ...['run', '--detach', '--name', registryName, '--label', label],
        ...['--network', `container:${name}`, registryImage],
      );
    }
    const address = async () => {
      const published = await outer('port', name, '2375/tcp');
      return `tcp://${published.trim().split('\n')[0]}`;
    };
    const dockerHost = await address();
    const env = { ...process.env, DOCKER_HOST: dockerHost, DOCKER_CONTEXT: '', DOCKER_BUILDKIT: '1' };
    await untilAnswers(env);
    return {
      docker: { command: 'docker', env },
      dockerHost,
      registry: registry ? '127.0.0.1:5000' : undefined,
      pid: () => undefined,
      kill: () => outer('kill', '--signal', 'KILL', name),
      restart: async () => {
        await outer('start', name);
        if ((await address()) !== dockerHost) {
          throw new Error('The restarted engine listens on another port: stop it and start a new one');
        }
        await untilAnswers(env);
      },
      stop,
    };
  } catch (error) {
    await stop().catch(() => {}); // The first failure is the one to tell.
    throw error;
  }
}

/** Pulls the public bases that Debian's engine has stand-ins for. */
export async function pullBases(docker, images, { log, signal }) {
  for (const image of images) {
    log(`docker pull ${image}`);
    await run(docker.command, ['pull', '-q', image], { env: docker.env, signal, timeoutMs: 600_000 });
  }
}

async function untilAnswers(env) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      await run('docker', ['version', '--format', '{{.Server.Version}}'], { env, timeoutMs: 5000 });
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(500);
    }
  }
}
