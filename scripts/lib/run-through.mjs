import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Becomes another program as far as Node can: it has our terminal, gets our signals, and its exit status is ours.
 *
 * @returns {Promise<number>} its exit status; 128 + n when it died of signal n, as a shell says it
 */
export function runThrough(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    // Ctrl+C reaches it by itself, as one of the terminal's group; a second time would be a second Ctrl+C.
    process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('exit', (status, signal) => resolve(status ?? 128 + constants.signals[signal]));
  });
}
