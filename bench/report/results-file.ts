import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../judge.ts';
import { root } from '../root.ts';
import type { Row } from '../row.ts';
import type { Machine } from './machine.ts';
import { markdownTable } from './table.ts';

const resultsFile = join(root, 'bench/results.json');
const readme = join(root, 'bench/README.md');
const begin = '<!-- results: written by npm run bench -->';
const end = '<!-- end of results -->';

interface Results {
  readonly schema: 'layerscope/bench@1';
  readonly machine: Machine;
  readonly rows: readonly Result[];
}

/**
 * Writes results.json and the table in README.md. Rows that were not asked for keep what they had, where that was
 * measured on such a machine.
 */
export function writeResults(rows: readonly Row[], machine: Machine, measured: readonly Result[]): void {
  const results: Results = {
    schema: 'layerscope/bench@1',
    machine,
    rows: merged(rows, previousRows(machine), measured),
  };
  writeFileSync(resultsFile, `${JSON.stringify(results, undefined, 2)}\n`);
  const { cores, memoryGiB, platform, node, date } = machine;
  const where = `${cores} cores, ${memoryGiB} GiB, ${platform}, Node ${node}, ${date}. MB are 10⁶ bytes.`;
  const table = `${where}\n\n${markdownTable(results.rows)}`;
  writeFileSync(readme, replaceBetween(readFileSync(readme, 'utf8'), table));
}

/** In the table's order; what is no row any more goes. */
export function merged(
  rows: readonly Pick<Row, 'name'>[],
  previous: readonly Result[],
  measured: readonly Result[],
): Result[] {
  const byName = new Map([...previous, ...measured].map((result) => [result.name, result]));
  return rows.map(({ name }) => byName.get(name)).filter((result) => result !== undefined);
}

/** Puts the table between the marks of a page. */
export function replaceBetween(page: string, table: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`bench/README.md has lost its marks ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${table}\n\n${page.slice(to)}`;
}

function previousRows(machine: Machine): readonly Result[] {
  try {
    const previous = JSON.parse(readFileSync(resultsFile, 'utf8')) as Results;
    return isAlike(previous.machine, machine) ? previous.rows : [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Whether numbers of one can stand beside those of the other: all but the day is the same. */
export function isAlike(one: Machine, other: Machine): boolean {
  return JSON.stringify({ ...one, date: '' }) === JSON.stringify({ ...other, date: '' });
}
