import { afterAll, beforeAll } from 'vitest';
import { type BuildEngine, startBuildEngine } from '../../testing/build-engine.ts';

/** The product's engine for the tests of one file, so that what its examples have in common is read once. */
export function givenEngine(): () => BuildEngine {
  let engine: BuildEngine | undefined;
  beforeAll(async () => {
    engine = await startBuildEngine();
  });
  afterAll(async () => {
    await engine?.[Symbol.asyncDispose]();
  });
  return () => engine!;
}
