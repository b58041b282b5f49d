import { defineConfig } from '@playwright/test';

// npm test sets these; results go to a folder outside the tree, which it names when something failed.
const { LAYERSCOPE_TEST_CHROMIUM, LAYERSCOPE_TEST_OUTPUT, PLAYWRIGHT_JSON_OUTPUT_FILE } = process.env;

export default defineConfig({
  testDir: 'e2e',
  outputDir: LAYERSCOPE_TEST_OUTPUT ?? 'test-results',
  // One engine serves all of them, and builds are what takes time.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [
    ['list'],
    ...(PLAYWRIGHT_JSON_OUTPUT_FILE ? [['json', { outputFile: PLAYWRIGHT_JSON_OUTPUT_FILE }] as const] : []),
  ],
  use: {
    browserName: 'chromium',
    headless: true,
    launchOptions: { executablePath: LAYERSCOPE_TEST_CHROMIUM ?? '/usr/bin/chromium' },
    locale: 'en-US',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    viewport: { width: 1280, height: 800 },
  },
});
