/**
 * @typedef {object} Outcome what one suite came to
 * @property {number} passed
 * @property {number} failed
 * @property {readonly { name: string, reason: string }[]} skipped
 */

/**
 * Reads Vitest's JSON report.
 *
 * @returns {Outcome}
 */
export function readVitestReport(report) {
  const outcome = { passed: 0, failed: 0, skipped: [] };
  for (const file of report.testResults) {
    const { assertionResults: tests } = file;
    for (const { status, fullName, meta } of tests) {
      if (status === 'passed') outcome.passed++;
      else if (status === 'failed') outcome.failed++;
      else
        outcome.skipped.push({
          name: `${file.name}: ${fullName}`,
          reason: meta?.reason ?? 'no reason given',
        });
    }
    // A file that does not even load has no tests, and neither has a hook that fails.
    if (file.status === 'failed' && !tests.some(({ status }) => status === 'failed')) outcome.failed++;
  }
  return outcome;
}

/**
 * Reads Playwright's JSON report.
 *
 * @returns {Outcome}
 */
export function readPlaywrightReport(report) {
  const outcome = { passed: 0, failed: 0, skipped: [] };
  const visit = (suite, path) => {
    for (const child of suite.suites ?? []) visit(child, [...path, child.title]);
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === 'expected') outcome.passed++;
        else if (test.status === 'skipped') {
          const { description } =
            test.annotations.find(({ type }) => type === 'skip' || type === 'fixme') ?? {};
          const name = [...path, spec.title].join(' › ');
          outcome.skipped.push({ name, reason: description ?? 'no reason given' });
        }
        // A test that passes only when tried again is a failing one.
        else outcome.failed++;
      }
    }
  };
  visit(report, []);
  // What failed outside of any test, as a file that does not load.
  outcome.failed += report.errors.length;
  return outcome;
}

/**
 * Checks an outcome against how its program ended.
 *
 * @param {string} suite
 * @param {Outcome} outcome
 * @param {number} status exit status of the program
 * @returns {{ outcome: Outcome, complaint?: string }} one failure more where the report hides it
 */
export function judge(suite, outcome, status) {
  const oneMore = { ...outcome, failed: outcome.failed + 1 };
  if (outcome.passed + outcome.failed === 0) return { outcome: oneMore, complaint: `${suite} ran no tests` };
  if (outcome.failed === 0 && status !== 0) {
    return {
      outcome: oneMore,
      complaint: `${suite} ended with status ${status} though no test of it failed`,
    };
  }
  return { outcome };
}

/** The last line of npm test. */
export function sumUp(outcomes) {
  const total = (key) => outcomes.reduce((sum, outcome) => sum + outcome[key], 0);
  const skipped = outcomes.reduce((sum, outcome) => sum + outcome.skipped.length, 0);
  return `${total('passed')} passed, ${total('failed')} failed, ${skipped} skipped`;
}
