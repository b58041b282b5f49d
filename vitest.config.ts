import { defineConfig } from 'vitest/config';

/** Compiles what tests load. */
const globalSetup = 'scripts/lib/compile-assembly.mjs';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup,
          include: ['{main,renderer,shared,scripts,bench}/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs'],
          exclude: ['**/*.{integration,engines,examples,long}.test.ts'],
        },
      },
      {
        test: {
          // These talk to the real engine that scripts/test.mjs starts (LAYERSCOPE_TEST_DOCKER_HOST).
          name: 'integration',
          globalSetup,
          include: ['main/**/*.integration.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          // These hold ours against the engine's own reading, on each engine that scripts/test-engines.mjs starts.
          name: 'engines',
          globalSetup,
          include: ['main/engine/**/*.engines.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          // These build what lies in examples/, with the bases of many languages (scripts/test-examples.mjs).
          name: 'examples',
          globalSetup,
          include: ['main/engine/examples/*.examples.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          // What takes minutes (scripts/test-long.mjs).
          name: 'long',
          globalSetup,
          include: ['main/engine/**/*.long.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
