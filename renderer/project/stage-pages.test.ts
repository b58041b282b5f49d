import { expect, it } from 'vitest';
import type { VariantDocument } from '../../shared/model/project-document.ts';
import { stageAddress } from '../addresses.ts';
import { stagePages } from './stage-pages.ts';

const variant = (name: string, target: string | null, built: readonly number[], hasImage = true) =>
  ({
    name,
    dockerfile: name.split('#')[0]!,
    context: '.',
    target,
    image: hasImage ? {} : null,
    stages: [0, 1, 2].map((index) => ({ index, built: built.includes(index) })),
  }) as unknown as VariantDocument;

it('goes to the variant of the last stage where that needed the stage, else to one that did', () => {
  const variants = [variant('D#tester', 'tester', [0, 1]), variant('D', null, [0, 2])];
  const pages = stagePages({ folder: '/p', variants }, variants)!;
  expect([0, 1, 2, 3].map(pages)).toEqual([
    stageAddress('/p', 'D', 0),
    stageAddress('/p', 'D#tester', 1),
    stageAddress('/p', 'D', 2),
    undefined,
  ]);
});

it('goes nowhere without an image of a variant of this Dockerfile', () => {
  const variants = [variant('D', null, [0], false), variant('E', null, [0])];
  expect(stagePages({ folder: '/p', variants }, [{ name: 'D' }])).toBeUndefined();
  expect(stagePages({ folder: '/p', variants }, [])).toBeUndefined();
  expect(stagePages({ folder: '/p', variants }, [{ name: 'E' }])?.(0)).toBe(stageAddress('/p', 'E', 0));
});
