import { readdir, readFile } from 'node:fs/promises';

/** Whether a process with this text in its command line runs; the private engine's containers are seen from here. */
export async function isRunning(text: string): Promise<boolean> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const id of ids) {
    // It may have ended since the list was read.
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (command.replaceAll('\0', ' ').includes(text)) return true;
  }
  return false;
}
