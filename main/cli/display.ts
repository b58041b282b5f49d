import { spawn } from 'node:child_process';
import type { Terminal, TextSink } from './terminal.ts';

/** Whether windows can be shown here. Over SSH without forwarding, in CI and in containers they cannot. */
export function hasDisplay(platform: NodeJS.Platform, env: Terminal['env']): boolean {
  if (platform === 'darwin' || platform === 'win32') return !env.SSH_CONNECTION;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** The command that opens an address in the default browser. */
export function browserCommand(platform: NodeJS.Platform, url: string): readonly [string, readonly string[]] {
  if (platform === 'darwin') return ['open', [url]];
  // `start` is the shell's, where & ends a command; this hands the address over as it is.
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', url]];
  return ['xdg-open', [url]];
}

/** Opens the address; where that does not work it says so, and the printed address is still there. */
export function openInBrowser(url: string, stderr: TextSink): void {
  const [command, args] = browserCommand(process.platform, url);
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', (error) => {
    stderr.write(`layerscope: warning: The browser could not be opened: ${error.message}\n`);
  });
  child.unref();
}
