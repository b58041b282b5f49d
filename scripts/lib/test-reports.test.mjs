import { describe, expect, it } from 'vitest';
import { judge, readPlaywrightReport, readVitestReport, sumUp } from './test-reports.mjs';

describe('a report of Vitest', () => {
  it('is counted by test, with the reasons of what was skipped', () => {
    const report = {
      testResults: [
        {
          name: 'a.test.ts',
          status: 'failed',
          assertionResults: [
            { status: 'passed', fullName: 'one' },
            { status: 'failed', fullName: 'two' },
            { status: 'pending', fullName: 'three' },
            { status: 'todo', fullName: 'four' },
          ],
        },
      ],
    };
    expect(readVitestReport(report)).toEqual({
      passed: 1,
      failed: 1,
      skipped: [
        { name: 'a.test.ts: three', reason: 'no reason given' },
        { name: 'a.test.ts: four', reason: 'no reason given' },
      ],
    });
  });

  it('counts a file that does not load, and one whose hook fails', () => {
    const file = (assertionResults) => ({ name: 'a.test.ts', status: 'failed', assertionResults });
    expect(readVitestReport({ testResults: [file([])] }).failed).toBe(1);
    expect(readVitestReport({ testResults: [file([{ status: 'passed' }])] })).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });
});

describe('a report of Playwright', () => {
  const report = (status, rest = {}) => ({
    errors: [],
    suites: [
      {
        title: 'start.spec.ts',
        specs: [],
        suites: [
          { title: 'start', specs: [{ title: 'opens', tests: [{ status, annotations: [], ...rest }] }] },
        ],
      },
    ],
  });

  it('is counted by test; one that passed at the second try has failed', () => {
    expect(readPlaywrightReport(report('expected'))).toEqual({ passed: 1, failed: 0, skipped: [] });
    expect(readPlaywrightReport(report('unexpected')).failed).toBe(1);
    expect(readPlaywrightReport(report('flaky')).failed).toBe(1);
  });

  it('tells why a test was skipped', () => {
    const annotations = [{ type: 'skip', description: 'no Electron here' }];
    expect(readPlaywrightReport(report('skipped', { annotations })).skipped).toEqual([
      { name: 'start.spec.ts › start › opens', reason: 'no Electron here' },
    ]);
  });

  it('counts errors outside of any test', () => {
    expect(readPlaywrightReport({ errors: [{ message: 'no such module' }], suites: [] }).failed).toBe(1);
  });
});

describe('a suite', () => {
  const outcome = { passed: 2, failed: 0, skipped: [] };

  it('that ran nothing has failed', () => {
    expect(judge('unit', { passed: 0, failed: 0, skipped: [{ name: 'a', reason: 'b' }] }, 0)).toMatchObject({
      outcome: { failed: 1 },
      complaint: 'unit ran no tests',
    });
  });

  it('that ended badly has failed, whatever its report says', () => {
    expect(judge('unit', outcome, 1).outcome.failed).toBe(1);
    expect(judge('unit', { ...outcome, failed: 3 }, 1).outcome.failed).toBe(3);
    expect(judge('unit', outcome, 0)).toEqual({ outcome });
  });
});

it('sums up in one line', () => {
  const skipped = [{ name: 'a', reason: 'b' }];
  const line = sumUp([
    { passed: 3, failed: 0, skipped: [] },
    { passed: 2, failed: 1, skipped },
  ]);
  expect(line).toBe('5 passed, 1 failed, 1 skipped');
});
