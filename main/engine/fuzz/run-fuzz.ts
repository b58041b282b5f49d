import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FuzzMessage, FuzzOrder } from './fuzz-process.ts';

export interface FuzzReport {
  readonly cases: number;
  /** Cases by what came of them: `read`, or the code of the error. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Results that another reader's were held against. */
  readonly second: Readonly<Record<string, number>>;
  readonly defects: readonly string[];
  /** Peak memory of the largest process, bytes. */
  readonly peak: number;
}

/** Longest that a case may take before it counts as hanging, ms: far more than any takes on a busy machine. */
const patience = 30_000;
/** Most memory of a whole process, bytes. */
const mostMemory = 2 ** 30;

/** Runs the cases in a few processes, each watched, and started again when it hangs or dies. */
export async function runFuzz(
  seed: number,
  from: number,
  to: number,
  processes: number,
): Promise<FuzzReport> {
  const outcomes: Record<string, number> = {};
  const second: Record<string, number> = {};
  const defects: string[] = [];
  let cases = 0;
  let peak = 0;
  const count = (counts: Record<string, number>, key: string) => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  const note = (message: FuzzMessage) => {
    if (message.kind === 'begin' || message.kind === 'end') return;
    cases += 1;
    if (message.kind === 'defect') {
      defects.push(describe(seed, message.number, `${message.what}\n${message.error}`));
      return;
    }
    count(outcomes, message.outcome);
    if (message.second) count(second, message.second);
    if (message.peak > mostMemory && peak <= mostMemory) {
      defects.push(describe(seed, message.number, `the process took ${message.peak} bytes of memory`));
    }
    peak = Math.max(peak, message.peak);
  };

  const root = mkdtempSync(join(tmpdir(), 'layerscope-fuzz-'));
  try {
    const runs = Array.from({ length: processes }, async (_, index) => {
      for (let next = from + index; next < to; ) {
        const order = { seed, from: next, to, step: processes, root: join(root, String(index)) };
        const stopped = await runProcess(order, note);
        if (!stopped) break;
        cases += 1;
        defects.push(describe(seed, stopped.number, stopped.how));
        next = stopped.number + processes;
      }
    });
    await Promise.all(runs);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return { cases, outcomes, second, defects, peak };
}

/** How to see a case again. */
function describe(seed: number, number: number, what: string): string {
  return `case ${number} (LAYERSCOPE_FUZZ_SEED=${seed} LAYERSCOPE_FUZZ_CASE=${number}): ${what}`;
}

/** Runs cases in one process; undefined when it came to its end, else where and how it stopped. */
async function runProcess(
  order: FuzzOrder,
  note: (message: FuzzMessage) => void,
): Promise<{ number: number; how: string } | undefined> {
  const child = startProcess(order);
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    said = (said + text).slice(-4000);
  });
  let number: number | undefined;
  let hung = false;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, patience);
  };
  watch();
  child.on('message', (message: FuzzMessage) => {
    watch();
    if (message.kind === 'end') ended = true;
    else number = message.number;
    note(message);
  });
  const [status, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, by) => resolve([code, by]));
  });
  clearTimeout(timer);
  if (ended) return undefined;
  if (number === undefined) throw new Error(`A process of the fuzz test does not start: ${said}`);
  if (status === 0) return { number, how: 'waited for something that never comes' };
  if (hung) return { number, how: `hung for ${patience / 1000} s` };
  return { number, how: `the process died (${signal ?? status}): ${said}` };
}

/** With a home, a temporary and a working folder of its own, so that whatever it writes is seen. */
function startProcess(order: FuzzOrder): ChildProcess {
  const [home, temporary, work, outside] = ['home', 'tmp', 'work', 'outside'].map((name) => {
    const folder = join(order.root, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  });
  writeFileSync(join(outside!, 'secret'), 'nothing that an archive may read');
  const child = fork(join(import.meta.dirname, 'fuzz-process.ts'), {
    cwd: work,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: temporary, XDG_CACHE_HOME: join(home!, '.cache') },
  });
  child.send(order);
  return child;
}

/** The seed of all cases: one for everybody, unless LAYERSCOPE_FUZZ_SEED asks for another. */
export function fuzzSeed(): number {
  return Number(process.env.LAYERSCOPE_FUZZ_SEED ?? 20_240_229);
}

/** The one case that is to be run, by its number in LAYERSCOPE_FUZZ_CASE. */
export function oneCase(): number | undefined {
  const number = process.env.LAYERSCOPE_FUZZ_CASE;
  return number === undefined ? undefined : Number(number);
}

export function sumUp({ cases, outcomes, second, peak }: FuzzReport): string {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([key, number]) => `${key} ${number}`)
      .join(', ');
  return `fuzz: ${cases} cases of seed ${fuzzSeed()}: ${list(outcomes)}; held against others: ${list(second)}; peak ${Math.round(peak / 2 ** 20)} MiB`;
}
