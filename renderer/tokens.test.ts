import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Theme = ReadonlyMap<string, string>;

const [light, dark] = readThemes(readFileSync(new URL('tokens.css', import.meta.url), 'utf8'));

function readThemes(text: string): readonly [Theme, Theme] {
  const [first = '', second = ''] = text.split(':root[data-theme="dark"]');
  const read = (block: string): Theme =>
    new Map([...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)].map((match) => [match[1]!, match[2]!]));
  return [read(first), read(second)];
}

/** WCAG 2 contrast ratio of two opaque colours. */
function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe.each([
  ['light', light],
  ['dark', dark],
] as const)('%s theme', (_name, theme) => {
  const colour = (name: string): string => {
    const value = theme.get(name);
    if (!value) throw new Error(`tokens.css has no ${name}`);
    return value;
  };

  it('has a readable text for every owner', () => {
    const owners = [...theme.keys()].filter((name) => name.startsWith('--on-owner-'));
    expect(owners).toHaveLength(13);
    for (const on of owners) {
      expect(contrast(colour(on), colour(on.replace('--on-', '--'))), on).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(colour('--on-owner-untraced'), colour('--owner-untraced-stripe'))).toBeGreaterThanOrEqual(
      4.5,
    );
  });

  it.each(['--text', '--text-muted', '--good', '--bad', '--warn', '--accent'])(
    '%s reads on every ground',
    (name) => {
      for (const ground of ['--bg', '--surface', '--surface-sunken', '--surface-hover']) {
        expect(contrast(colour(name), colour(ground)), ground).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  it('reads on the grounds that mean something', () => {
    expect(contrast(colour('--on-accent'), colour('--accent'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour('--on-accent'), colour('--accent-hover'))).toBeGreaterThanOrEqual(4.5);
    for (const [text, ground] of [
      ['--bad', '--bad-soft'],
      ['--text', '--bad-soft'],
      ['--text-muted', '--bad-soft'],
      ['--warn', '--warn-soft'],
      ['--text', '--accent-soft'],
      ['--accent', '--accent-soft'],
    ] as const) {
      expect(contrast(colour(text), colour(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('shows focus and the edges of controls (3:1)', () => {
    for (const ground of ['--bg', '--surface']) {
      expect(contrast(colour('--focus'), colour(ground))).toBeGreaterThanOrEqual(3);
    }
  });
});
