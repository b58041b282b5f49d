import { describe, expect, it } from 'vitest';
import type { VariantKind } from '../../shared/model/project.ts';
import type { ProjectDocument, VariantDocument } from '../../shared/model/project-document.ts';
import { chooseVariants } from './choose-variants.ts';

function variant(name: string, kind: VariantKind, live: number | undefined): VariantDocument {
  const sizes = { live: live ?? null } as NonNullable<VariantDocument['image']>['sizes'];
  return {
    name,
    kind,
    image: live === undefined ? null : ({ name, sizes } as VariantDocument['image']),
  } as VariantDocument;
}

function document(baseline: string | null, ...variants: VariantDocument[]): ProjectDocument {
  const rows = variants.map(({ name }) => ({
    variant: name,
    live: null,
    delta: null,
    ratio: null,
    difference: null,
  }));
  return {
    schema: 'layerscope/project@1',
    folder: '/p',
    variants,
    groups: [{ context: '.', baseline, rows }],
    warnings: [],
  };
}

const single = variant('Dockerfile.single', 'single-stage', 903);
const multi = variant('Dockerfile', 'multi-stage', 201);
const builder = variant('Dockerfile#builder', 'stage', 99);
const project = document('Dockerfile.single', multi, builder, single);
const names = (chosen: ReturnType<typeof chooseVariants>) => chosen && [chosen.left.name, chosen.right.name];

describe('chooseVariants', () => {
  it('holds the smallest image against the baseline, and a stage only where there is nothing else', () => {
    expect(names(chooseVariants(project, undefined, undefined))).toEqual(['Dockerfile.single', 'Dockerfile']);
    const stages = document(null, multi, builder);
    expect(names(chooseVariants(stages, undefined, undefined))).toEqual(['Dockerfile', 'Dockerfile#builder']);
  });

  it('takes what is asked for', () => {
    expect(names(chooseVariants(project, 'Dockerfile#builder', 'Dockerfile'))).toEqual([
      'Dockerfile#builder',
      'Dockerfile',
    ]);
    expect(names(chooseVariants(project, undefined, 'Dockerfile.single'))).toEqual([
      'Dockerfile',
      'Dockerfile.single',
    ]);
    expect(names(chooseVariants(project, 'gone', 'Dockerfile'))).toEqual(['Dockerfile.single', 'Dockerfile']);
  });

  it('lists the group with the baseline first, failed variants too', () => {
    const failed = variant('Dockerfile.bad', 'single-stage', undefined);
    const chosen = chooseVariants(document('Dockerfile.single', failed, multi, single), undefined, undefined);
    expect(chosen?.group.map(({ name }) => name)).toEqual([
      'Dockerfile.single',
      'Dockerfile.bad',
      'Dockerfile',
    ]);
    expect(names(chosen)).toEqual(['Dockerfile.single', 'Dockerfile']);
  });

  it('chooses nothing where there are no two images', () => {
    expect(chooseVariants(document(null, multi), undefined, undefined)).toBeUndefined();
    expect(chooseVariants(document(null), 'a', 'b')).toBeUndefined();
  });
});
