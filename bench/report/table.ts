import type { Result } from '../judge.ts';
import type { Target } from '../row.ts';

export const columns = ['work', 'measured', 'baseline', 'ratio', 'wanted', 'verdict'] as const;

/** A result as the cells of its row. */
export function cells({ work, ms, peakMB, baseline, ratio, target, met, note }: Result): readonly string[] {
  return [
    work,
    ms === null ? '–' : withPeak(ms, peakMB),
    baseline === null ? '–' : `${baseline.name}: ${withPeak(baseline.ms, baseline.peakMB)}`,
    ratio === null ? '–' : String(ratio),
    wanted(target),
    [met === null && note !== null ? '' : verdict(met), note ?? ''].filter(Boolean).join('; '),
  ];
}

export function verdict(met: boolean | null): string {
  return met === null ? 'open' : met ? 'met' : '**missed**';
}

function withPeak(ms: number, peakMB: number | null): string {
  return peakMB === null ? duration(ms) : `${duration(ms)}, ${Math.round(peakMB)} MB`;
}

export function duration(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 10 ? `${Math.round(ms)} ms` : `${ms} ms`;
}

export function wanted({ ratio, ms, peakMB }: Target): string {
  const limits = [
    ratio !== undefined && `${ratio} × baseline`,
    ms !== undefined && duration(ms),
    peakMB !== undefined && `${peakMB} MB`,
  ];
  const given = limits.filter((limit) => limit !== false);
  return given.length === 0 ? '–' : `≤ ${given.join(', ≤ ')}`;
}

/** One row in columns of fixed width, for a terminal. */
export function line(values: readonly string[]): string {
  const widths = [58, 16, 30, 8, 28];
  return values
    .map((value, column) => value.padEnd(widths[column] ?? 0))
    .join(' ')
    .trimEnd();
}

export function markdownTable(results: readonly Result[]): string {
  const rows = [columns, columns.map(() => '---'), ...results.map(cells)];
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}
