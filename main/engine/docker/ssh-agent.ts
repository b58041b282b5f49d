import { spawn } from 'node:child_process';
import type { Agent } from 'node:http';
import { Duplex } from 'node:stream';
import type { Address } from './endpoint.ts';
import { HttpAgent } from './http-agents.ts';

type SshAddress = Extract<Address, { kind: 'ssh' }>;

/**
 * An HTTP agent whose connections are `ssh HOST docker system dial-stdio`, as the docker command's are: so the
 * person's ssh settings, known hosts and keys apply. (docker-modem's own ssh checks no host key.)
 */
export function createSshAgent(address: SshAddress, env: NodeJS.ProcessEnv): Agent {
  const agent = new HttpAgent({ keepAlive: false });
  agent.createConnection = () => dialStdio(address, env);
  return agent;
}

/** The arguments of the ssh command; `--` keeps a host name from being read as an option. */
export function sshArguments(address: SshAddress): string[] {
  return [
    // Nobody is there to answer a question about a password or a host key.
    ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30', '-T'],
    ...(address.user ? ['-l', address.user] : []),
    ...(address.port ? ['-p', String(address.port)] : []),
    ...['--', address.host, 'docker', 'system', 'dial-stdio'],
  ];
}

function dialStdio(address: SshAddress, env: NodeJS.ProcessEnv): Duplex {
  const child = spawn('ssh', sshArguments(address), {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(-2000);
  });
  const socket = new Duplex({
    read: () => child.stdout.resume(),
    write: (chunk, _encoding, done) => {
      // A failure is told by the end of the process, which knows why.
      child.stdin.write(chunk, () => done());
    },
    final: (done) => {
      child.stdin.end(() => done());
    },
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  child.stdout.on('data', (chunk: Buffer) => {
    if (!socket.push(chunk)) child.stdout.pause();
  });
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => socket.destroy(error));
  child.on('close', (code) => {
    if (code === 0 || socket.destroyed) socket.push(null);
    else
      socket.destroy(new Error(`ssh ended with status ${code}: ${complaint.trim() || 'it gave no reason'}`));
  });
  // http calls these on its sockets.
  return Object.assign(socket, {
    setKeepAlive: () => socket,
    setNoDelay: () => socket,
    setTimeout: () => socket,
    ref: () => socket,
    unref: () => socket,
  });
}
