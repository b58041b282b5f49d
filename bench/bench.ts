// Measures the rows that were asked for, one after the other, and writes down what came out (README.md).
import { parseArgs } from 'node:util';
import { type EngineKind, sharedEngines } from './engine.ts';
import { archives } from './inputs/archives.ts';
import { benchFolder } from './inputs/bench-folder.ts';
import { makeInput } from './inputs/make-input.ts';
import { judge, notMeasured, type Result } from './judge.ts';
import { thisMachine } from './report/machine.ts';
import { writeResults } from './report/results-file.ts';
import { cells, columns, line } from './report/table.ts';
import { type BenchContext, NotMeasured, type Row } from './row.ts';
import { rows } from './rows/rows.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    full: { type: 'boolean', default: false },
    inputs: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
  },
});
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stop.abort(new Error(name)));
const { signal } = stop;
const log = (text: string) => console.log(text);

try {
  if (values.inputs) await makeInputs();
  else await measure();
} catch (error) {
  console.error(signal.aborted ? 'Stopped' : error);
  process.exitCode = 1;
}
process.exit(); // Nothing that a row left open keeps it.

async function makeInputs(): Promise<void> {
  for (const [name, input] of Object.entries(archives)) log(`${name}: ${await makeInput(input, log)}`);
}

async function measure(): Promise<void> {
  const chosen = chosenRows();
  await using engines = sharedEngines();
  const engine = (kind: EngineKind = 'debian') => engines.get(kind);
  const context = { engine, runs: Number(values.runs), full: values.full, signal, log };
  if (!(context.runs >= 1)) throw new Error('--runs takes a number from 1 on');
  log(`Inputs and dive are kept in ${benchFolder}\n`);
  log(line(columns));
  const results: Result[] = [];
  for (const row of chosen) {
    signal.throwIfAborted();
    const result = await resultOf(row, context);
    results.push(result);
    log(line(cells(result)));
  }
  const count = (met: boolean | null) => results.filter((result) => result.met === met).length;
  log(`\n${count(true)} met, ${count(false)} missed, ${count(null)} open`);
  if (!values['dry-run']) writeResults(rows, thisMachine(), results);
}

/** Names are those of rows, or what several begin with. */
function chosenRows(): readonly Row[] {
  const unknown = positionals.find((name) => !rows.some((row) => row.name.startsWith(name)));
  if (unknown !== undefined) {
    throw new Error(`There is no row ${unknown}; there are ${rows.map(({ name }) => name).join(', ')}`);
  }
  if (positionals.length === 0) return rows;
  return rows.filter(({ name }) => positionals.some((wanted) => name.startsWith(wanted)));
}

async function resultOf(row: Row, context: BenchContext): Promise<Result> {
  try {
    return judge(row, await row.measure(context));
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof NotMeasured) return notMeasured(row, error.message);
    // The others are measured all the same.
    console.error(error);
    process.exitCode = 1;
    return { ...notMeasured(row, 'it failed'), met: false };
  }
}
