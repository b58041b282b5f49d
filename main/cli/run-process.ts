import { cancelled, exitStatus, formatError } from '../../shared/api/errors.ts';
import { printable } from './printable.ts';
import { runProgram } from './program.ts';

/** A cancelled command has ended by then, whatever was still running (cli.md: 130; within a second). */
const graceMs = 900;
const cancelledStatus = exitStatus('cancelled');

/** The program in this process: its arguments, streams and signals. Ends the process. */
export async function runProcess(): Promise<void> {
  const controller = new AbortController();
  let ending: number | undefined;
  const cancel = () => {
    if (controller.signal.aborted) return;
    controller.abort();
    setTimeout(() => endNow(ending), graceMs).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, cancel);
  endWithLauncher();
  showWarnings();
  const unread = new AbortController();
  for (const stream of [process.stdout, process.stderr]) {
    // `layerscope … | head` closes the pipe early: that is no error of ours, and nobody is there to be told.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (stream === process.stdout) unread.abort();
    });
  }
  const status = await runProgram(process.argv.slice(2), {
    terminal: process,
    signal: controller.signal,
    unread: unread.signal,
    ending: (status) => {
      ending = status;
    },
  });
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(status);
}

/** What did not stop in time goes with the process: its connections close, and the engine cancels what came by them. */
function endNow(status: number | undefined): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  if (status !== undefined) process.exit(status);
  process.stderr.write(`layerscope: ${formatError(cancelled().info)}\n`);
  process.exit(cancelledStatus);
}

/** Warnings of the engine in our own form; Node's about its own features say nothing to the person here. */
function showWarnings(): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    if (name === 'ExperimentalWarning' || name === 'DeprecationWarning') return;
    process.stderr.write(`layerscope: warning: ${printable(message)}\n`);
  });
}

/** When the launcher that runs us under another Node is killed, its IPC channel closes. */
function endWithLauncher(): void {
  if (!process.channel) return;
  process.on('disconnect', () => process.exit(cancelledStatus));
  process.channel.unref(); // The listener alone must not keep the process alive.
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
