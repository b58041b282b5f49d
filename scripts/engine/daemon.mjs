import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { sleep } from '../lib/run.mjs';
import { register, removeEngineFolder, unregister } from './leftovers.mjs';

/**
 * A dockerd in a temporary folder of its own, beside any other engine of the machine.
 * It has no bridge and touches no firewall rule, so RUN steps need the host's network (`--network host`).
 *
 * @param {object} options
 * @param {boolean} options.registry whether Debian's docker-registry runs beside it on loopback
 * @param {string} [options.programs] folder of dockerd, containerd and its shim; default: those of Debian's docker.io
 * @returns {Promise<import('./engine.mjs').RunningEngine>}
 */
export async function startDaemon({ registry, programs = '/usr/sbin' }) {
  // Short: the paths of Unix sockets end at 107 bytes.
  const folder = mkdtempSync(join(tmpdir(), 'ls-engine-'));
  const name = basename(folder);
  register(folder, name);
  const socket = join(folder, 'docker.sock');
  const pidFile = join(folder, 'pid');
  let children = [];

  const startDockerd = async () => {
    // A killed engine leaves these behind. It would wait for a containerd whose pid is in use, if by a zombie.
    for (const path of [pidFile, socket, join(folder, 'exec/containerd/containerd.pid')]) {
      rmSync(path, { force: true });
    }
    // dockerd looks for containerd, and that for its shim and runc, on the PATH.
    const env = { ...process.env, PATH: `${programs}:/usr/sbin:/usr/bin:${process.env.PATH}` };
    const args = [
      `--data-root=${join(folder, 'data')}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--host=unix://${socket}`,
      `--pidfile=${pidFile}`,
      `--config-file=${join(folder, 'daemon.json')}`,
      '--bridge=none',
      '--iptables=false',
      '--ip6tables=false',
    ];
    const dockerd = startInGroup(join(programs, 'dockerd'), folder, args, env);
    children.push(dockerd);
    await untilAnswers(dockerd, () => ping({ socketPath: socket, path: '/_ping' }));
    return dockerd;
  };

  const stop = async () => {
    for (const child of children) child.end();
    await Promise.race([Promise.all(children.map(({ ended }) => ended)), sleep(8000)]);
    await removeEngineFolder(folder);
    unregister(name);
  };

  try {
    // The client's settings too: no contexts, no credential helpers of the person who runs this.
    const config = join(folder, 'client');
    mkdirSync(config);
    writeFileSync(join(config, 'config.json'), '{}');
    // Seconds that it gives containers when it stops: ours hold nothing worth waiting for.
    writeFileSync(join(folder, 'daemon.json'), '{"shutdown-timeout": 2}');
    let registryAddress;
    if (registry) {
      const started = await startRegistry(folder);
      children.push(started.child);
      registryAddress = started.address;
    }
    let dockerd = await startDockerd();
    const dockerHost = `unix://${socket}`;
    return {
      docker: {
        command: '/usr/bin/docker',
        env: {
          ...process.env,
          // The recipes call `docker`; another one may come first on the PATH.
          PATH: `/usr/bin:/usr/sbin:${process.env.PATH}`,
          DOCKER_HOST: dockerHost,
          DOCKER_CONFIG: config,
          DOCKER_CONTEXT: '',
          DOCKER_BUILDKIT: '1',
        },
      },
      dockerHost,
      registry: registryAddress,
      pid: () => dockerd.pid,
      kill: async () => {
        dockerd.kill();
        await dockerd.ended;
      },
      restart: async () => {
        children = children.filter((child) => child !== dockerd);
        dockerd = await startDockerd();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startRegistry(folder) {
  const port = await freePort();
  const config = join(folder, 'registry.json');
  writeFileSync(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: 'error' },
      storage: { filesystem: { rootdirectory: join(folder, 'registry') } },
      http: { addr: `127.0.0.1:${port}` },
    }),
  );
  const child = startInGroup('docker-registry', folder, ['serve', config]);
  await untilAnswers(child, () => ping({ host: '127.0.0.1', port, path: '/v2/' }));
  return { child, address: `127.0.0.1:${port}` };
}

/** A process group of its own: Ctrl+C in the terminal must reach us only, who then stop it in order. */
function startInGroup(program, folder, args, env = process.env) {
  const log = join(folder, `${basename(program)}.log`);
  const output = openSync(log, 'a');
  const child = spawn(program, args, { env, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  let isRunning = true;
  let failure;
  const ended = new Promise((resolve) => {
    child.on('error', (error) => {
      failure = error;
      isRunning = false;
      resolve();
    });
    child.on('exit', () => {
      isRunning = false;
      resolve();
    });
  });
  return {
    program,
    pid: child.pid,
    ended,
    isRunning: () => isRunning,
    end: () => child.kill('SIGTERM'),
    kill: () => child.kill('SIGKILL'),
    lastWords: () => failure?.message ?? readFileSync(log, 'utf8').trim().split('\n').slice(-8).join('\n  '),
  };
}

async function untilAnswers(child, answers) {
  const deadline = Date.now() + 60_000;
  while (!(await answers())) {
    if (!child.isRunning() || Date.now() > deadline) {
      throw new Error(`${child.program} does not start:\n  ${child.lastWords()}`);
    }
    await sleep(100);
  }
}

function ping(address) {
  return new Promise((resolve) => {
    const asked = request({ ...address, agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on('error', () => resolve(false));
    asked.on('timeout', () => asked.destroy());
    asked.end();
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
