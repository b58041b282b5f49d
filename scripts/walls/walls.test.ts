import { describe, expect, it } from 'vitest';
import { wallsBrokenBy } from './walls.ts';

const rules = (file: string, source: string) => wallsBrokenBy(file, source).map(({ rule }) => rule);

describe('the renderer', () => {
  it.each([
    `import { createEngine } from '../main/engine/engine.ts';`,
    `import type { Engine } from '../main/engine/engine.ts';`,
    `import '../main/engine/engine.ts';`,
    `export { createEngine } from '../main/engine/engine.ts';`,
    `export * from '../main/engine/engine.ts';`,
    `const engine = await import('../main/engine/engine.ts');`,
    'const engine = await import(`../main/engine/engine.ts`);',
    `type Engine = import('../main/engine/engine.ts').Engine;`,
    `import engine = require('../main/engine/engine.ts');`,
    `const engine = require('../main/engine/engine.ts');`,
    `import x from './start/../../main/engine/engine.ts';`,
  ])('must not know main: %s', (source) => {
    expect(rules('renderer/app.ts', source)).toEqual(['the renderer imports nothing of main']);
  });

  it('may import shared, itself and packages', () => {
    const source = `import { z } from 'zod';\nimport '../../shared/api/errors.ts';\nimport './mainframe.ts';\nimport '../main/x.ts';`;
    expect(rules('renderer/start/screen.tsx', source)).toEqual([]);
  });
});

describe('shared', () => {
  it.each([
    `import { readFileSync } from 'node:fs';`,
    `import fs from 'fs';`,
    `import 'react';`,
    `import 'zodiac';`,
    `import type { Engine } from '../../main/engine/engine.ts';`,
    `export * from '../../renderer/app.ts';`,
    `await import('../../main/engine/engine.ts');`,
    `import '../../shared-too/x.ts';`,
  ])('imports nothing but zod and itself: %s', (source) => {
    expect(rules('shared/api/x.ts', source)).toEqual(['shared imports nothing but zod and itself']);
  });

  it('may import zod and itself; its tests also what they are tested with', () => {
    expect(rules('shared/api/x.ts', `import * as z from 'zod';\nimport '../model/files.ts';`)).toEqual([]);
    expect(rules('shared/api/x.test.ts', `import { it } from 'vitest';`)).toEqual([]);
    expect(rules('shared/api/x.ts', `import { it } from 'vitest';`)).toHaveLength(1);
  });
});

describe('the engine', () => {
  it.each(['desktop', 'web', 'cli'])('must not know its host main/%s', (host) => {
    expect(rules('main/engine/docker/save.ts', `await import('../../${host}/main.ts');`)).toEqual([
      'the engine imports none of its hosts (main/desktop, main/web, main/cli)',
    ]);
  });

  it('is known by them', () => {
    expect(rules('main/cli/run.ts', `import '../engine/engine.ts';`)).toEqual([]);
  });
});

describe('electron', () => {
  it.each(['main/engine/x.ts', 'main/cli/x.ts', 'main/web/x.ts', 'renderer/x.tsx', 'e2e/x.spec.ts'])(
    'is not imported by %s',
    (file) => {
      expect(rules(file, `import { app } from 'electron';`)).toEqual(['only main/desktop imports electron']);
      expect(rules(file, `import { app } from 'electron/main';`)).toHaveLength(1);
    },
  );

  it('is imported by main/desktop', () => {
    expect(rules('main/desktop/window.ts', `import { app } from 'electron';`)).toEqual([]);
  });
});

it('tells the line', () => {
  const source = `// 'electron'\nconst a = 1;\n\nexport type B = import('electron').App;\n`;
  expect(wallsBrokenBy('main/web/x.ts', source)).toEqual([
    { file: 'main/web/x.ts', line: 4, specifier: 'electron', rule: 'only main/desktop imports electron' },
  ]);
});

it('refuses what it cannot check', () => {
  expect(
    rules('renderer/x.ts', `const name = '../main/engine/engine.ts';\nawait import(name);`),
  ).toHaveLength(1);
  expect(rules('renderer/x.ts', 'import {')[0]).toMatch(/does not parse/);
});
