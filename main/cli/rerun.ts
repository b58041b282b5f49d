import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs the same program under another Node as if that had been started in the first place: the same standard
 * streams, signals passed on, its exit status ours. The IPC channel tells it when this process is killed.
 */
export function rerunUnder(node: string, args: readonly string[]): void {
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of forwarded) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(
      `layerscope: internal: ${node} could not be started: ${error.message}. Install Node 24 and run it again.\n`,
    );
    process.exit(2);
  });
  child.on('exit', (status, signal) => {
    // A shell says 128 + n of a program that died of signal n.
    process.exit(status ?? 128 + (signal ? constants.signals[signal] : 0));
  });
}
