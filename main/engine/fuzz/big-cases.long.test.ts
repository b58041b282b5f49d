import { expect, it } from 'vitest';
import { bigCases } from './big-cases.ts';
import { runBigCase } from './run-big-case.ts';

it.each(bigCases)('$name', async (big) => {
  const { outcome, message, peak } = await runBigCase(big);
  expect(message ? `${outcome}: ${message}` : outcome).toEqual(
    typeof big.wanted === 'string' ? expect.stringContaining(`${big.wanted}: `) : big.wanted,
  );
  expect(peak).toBeLessThan(2 ** 30);
});
