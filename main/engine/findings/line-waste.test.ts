import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dockerfile, Stage } from '../../../shared/model/project.ts';
import { someLayers } from '../filesystem/testing/generated-layers.ts';
import { bytes, file, whiteout } from '../filesystem/testing/layer-of.ts';
import { merged } from '../filesystem/testing/merged.ts';
import type { LayerOwner } from '../stages/attribute-layers.ts';
import { lineWaste } from './line-waste.ts';

/** Stages of one-line instructions, on the lines from 1 on. */
function dockerfile(...stages: readonly string[][]): Dockerfile {
  let line = 0;
  return {
    path: 'Dockerfile',
    context: '.',
    escape: '\\',
    args: [],
    source: '',
    stages: stages.map((texts, index): Stage => {
      const instructions = texts.map((text) => {
        line++;
        return { keyword: text.split(' ')[0]!, text, line, endLine: line };
      });
      const first = instructions[0]!.line;
      return {
        index,
        ...(index === 0 && { name: 'builder' }),
        base: { kind: 'image', reference: 'debian:bookworm' },
        line: first,
        endLine: line,
        instructions,
        copies: [],
      };
    }),
  };
}

const base: LayerOwner = { kind: 'base', reference: 'debian:bookworm', stage: 0, line: 1 };
const at = (line: number, stage = 0): LayerOwner => ({ kind: 'instruction', stage, line, endLine: line });
const from = 'FROM debian:bookworm AS builder';

describe('waste by line', () => {
  it('is of the layer that stored it, the one that wasted it, and how: largest first, with its largest file', () => {
    const fs = merged(
      [file('/base/a', bytes(10)), file('/base/b', bytes(20))],
      [file('/x', bytes(300)), file('/y', bytes(400)), file('/z', bytes(5)), file('/live', bytes(7))],
      [whiteout('/x'), whiteout('/y'), file('/z', bytes(6, 'z')), whiteout('/base/b')],
    );
    const run = dockerfile([from, 'RUN make', 'ENV A=1', 'RUN rm /x /y']);
    expect(lineWaste(fs, [base, at(2), at(4)], run)).toEqual({
      total: 3,
      totalBytes: fs.totals!.reclaimable,
      items: [
        {
          cause: 'deleted',
          bytes: 700,
          files: 2,
          layer: 1,
          hiddenBy: 2,
          storedBy: { stage: 0, line: 2, endLine: 2 },
          wastedBy: { stage: 0, line: 4, endLine: 4 },
          path: '/y',
          fix: 'Join the RUNs on lines 2 and 4 into one',
        },
        {
          cause: 'deleted',
          bytes: 20,
          files: 1,
          layer: 0,
          hiddenBy: 2,
          storedBy: null,
          wastedBy: { stage: 0, line: 4, endLine: 4 },
          path: '/base/b',
          fix: 'They stay in the layers of debian:bookworm: deleting them saves nothing, choose a base without them',
        },
        {
          cause: 'overwritten',
          bytes: 5,
          files: 1,
          layer: 1,
          hiddenBy: 2,
          storedBy: { stage: 0, line: 2, endLine: 2 },
          wastedBy: { stage: 0, line: 4, endLine: 4 },
          path: '/z',
          fix: 'Join the RUNs on lines 2 and 4 into one',
        },
      ],
    });
    expect(lineWaste(fs, [base, at(2), at(4)], run, 1)).toMatchObject({
      total: 3,
      totalBytes: 725,
      items: [{ bytes: 700 }],
    });
  });

  it('sums to what is reclaimable, of any image', () => {
    fc.assert(
      fc.property(someLayers, (layers) => {
        const fs = merged(...layers);
        const { totals } = fs;
        const waste = lineWaste(
          fs,
          layers.map((_, index) => (index === 0 ? base : at(index + 1))),
          dockerfile([from, ...layers.map((_, index) => `RUN step ${index}`)]),
        );
        expect(waste.totalBytes).toBe(totals!.reclaimable);
        expect(waste.items).toHaveLength(waste.total);
        const byCause: Record<string, number> = {};
        const byLayer: Record<number, number> = {};
        for (const { cause, bytes, layer } of waste.items) {
          byCause[cause] = (byCause[cause] ?? 0) + bytes;
          byLayer[layer] = (byLayer[layer] ?? 0) + bytes;
        }
        for (const [cause, bytes] of Object.entries(totals!.byCause)) expect(byCause[cause] ?? 0).toBe(bytes);
        for (const [layer, sizes] of fs.layerSizes.entries())
          expect(byLayer[layer] ?? 0).toBe(sizes.reclaimable);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the fix', () => {
  const deleted = [[file('/x', bytes(9))], [whiteout('/x')]];
  const chmodded = [[file('/x', bytes(9))], [file('/x', bytes(9), { mode: 0o755 })]];
  const rewritten = [[file('/x', bytes(9))], [file('/x', bytes(9, 'y'))]];

  it.each([
    ['RUN make', 'RUN rm -r /x', deleted, 'Join the RUNs on lines 2 and 3 into one'],
    ['RUN make', 'RUN chmod +x /x', chmodded, 'Join the RUNs on lines 2 and 3 into one'],
    ['RUN apt-get install a', 'RUN apt-get install b', rewritten, 'Join the RUNs on lines 2 and 3 into one'],
    ['COPY x /', 'RUN chmod +x /x', chmodded, 'Use COPY --chmod on line 2 instead of chmod on line 3'],
    ['COPY x /', 'RUN chown -R a /x', chmodded, 'Use COPY --chown on line 2 instead of chown on line 3'],
    ['ADD x /', 'RUN chgrp a /x', chmodded, 'Use ADD --chown on line 2 instead of chgrp on line 3'],
    [
      'COPY x /',
      'RUN chmod +x /x && chown a /x',
      chmodded,
      'Use COPY --chmod and --chown on line 2 instead of chmod and chown on line 3',
    ],
    ['COPY x /', 'RUN touch /x', chmodded, null],
    ['COPY x /', 'COPY . /', chmodded, 'Copy on line 3 only what line 2 has not copied already'],
    ['COPY . /', 'COPY y /x', rewritten, 'Leave out of line 2 what line 3 copies over it'],
    [
      'COPY x /',
      'RUN install /x && rm /x',
      deleted,
      'Do not copy it on line 2: RUN --mount=type=bind on line 3 can read it without storing it',
    ],
    [
      'ADD https://example.com/x /',
      'RUN rm /x',
      deleted,
      'Fetch or unpack it in the RUN on line 3 that deletes it',
    ],
    [
      'COPY x /',
      'RUN sed -i s/x/y/ /x',
      rewritten,
      'Do lines 2 and 3 in a stage of their own, and copy the result from there',
    ],
    ['RUN make', 'COPY x /', rewritten, null],
  ])('of %s and then %s', (stored, wasted, layers, fix) => {
    const waste = lineWaste(merged(...layers), [at(2), at(3)], dockerfile([from, stored, wasted]));
    expect(waste.items.map((row) => row.fix)).toEqual([fix]);
  });

  it.each([
    [
      'RUN rm /x',
      deleted,
      'They stay in the layers of debian:bookworm: deleting them saves nothing, choose a base without them',
    ],
    ['RUN chown -R a /', chmodded, 'Leave what debian:bookworm has out of chown on line 2'],
    [
      'RUN apt-get update && apt-get -y upgrade',
      rewritten,
      'Take a newer debian:bookworm instead of upgrading its packages on line 2',
    ],
    [
      'RUN apk --no-cache upgrade',
      rewritten,
      'Take a newer debian:bookworm instead of upgrading its packages on line 2',
    ],
    ['RUN apt-get install -y curl', rewritten, null],
    ['COPY x /', rewritten, null],
  ])('of what the base has, after %s', (wasted, layers, fix) => {
    const waste = lineWaste(merged(...layers), [base, at(2)], dockerfile([from, wasted]));
    expect(waste.items.map((row) => row.fix)).toEqual([fix]);
  });

  it('does not take instructions out of their order', () => {
    const fs = merged(deleted[0]!, [file('/y', bytes(1))], deleted[1]!);
    const owners = [at(2), at(3), at(4)];
    const fixes = (between: string) =>
      lineWaste(fs, owners, dockerfile([from, 'RUN make', between, 'RUN rm /x'])).items.map(({ fix }) => fix);
    expect(fixes('RUN use x')).toEqual(['Join the RUNs on lines 2 to 4 into one']);
    expect(fixes('COPY y /')).toEqual(['Do on line 2 already what line 4 does to it']);
  });

  it('joins no lines of two stages', () => {
    const two = dockerfile([from, 'RUN make'], ['FROM builder', 'RUN rm /x']);
    const fixes = (layers: typeof deleted) =>
      lineWaste(merged(...layers), [at(2), at(4, 1)], two).items.map(({ fix }) => fix);
    expect(fixes(deleted)).toEqual([
      'They stay in the layers of stage builder: delete them on line 2 already, or copy from builder what line 4 keeps',
    ]);
    expect(fixes(rewritten)).toEqual([null]);
  });

  it.each([
    ['the base itself', [base, base]],
    ['nobody knows', [undefined, undefined]],
    ['nobody knows where it was stored', [undefined, at(3)]],
    ['ONBUILD', [at(2), { ...at(1), trigger: true as const }]],
    ['no line of this file', [at(2), at(99)]],
  ])('is none where it is from %s', (_, owners) => {
    const file = dockerfile([from, 'RUN make', 'RUN rm /x']);
    const waste = lineWaste(merged(...deleted), owners, file);
    expect(waste.items).toMatchObject([{ bytes: 9, fix: null }]);
  });

  it('is none for a path that comes twice in one tar', () => {
    const fs = merged([file('/x', bytes(9)), file('/x', bytes(3))]);
    const waste = lineWaste(fs, [at(2)], dockerfile([from, 'RUN make']));
    expect(waste.items).toMatchObject([{ cause: 'repeated', bytes: 9, fix: null }]);
  });
});
