import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BigCase } from './big-cases.ts';
import type { BigOrder, BigOutcome } from './big-process.ts';

/** Longest that any of them may take, ms, on a busy machine too. */
const patience = 240_000;

/** Makes a case and reads it in a process of its own. Throws where that dies or hangs. */
export async function runBigCase({ write, verify = true }: BigCase): Promise<BigOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-big-'));
  try {
    return await read({ path: await write(folder), verify });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function read(order: BigOrder): Promise<BigOutcome> {
  const child = fork(join(import.meta.dirname, 'big-process.ts'), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: patience,
    killSignal: 'SIGKILL',
  });
  let said = '';
  let outcome: BigOutcome | undefined;
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    said = (said + text).slice(-4000);
  });
  child.on('message', (message: BigOutcome) => {
    outcome = message;
  });
  child.send(order);
  const how = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve(signal ?? status));
  });
  if (!outcome) throw new Error(`It died or hung (${how}): ${said}`);
  return outcome;
}
