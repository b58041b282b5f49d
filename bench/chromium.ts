import { existsSync } from 'node:fs';
import { type Browser, chromium } from '@playwright/test';
import { NotMeasured } from './row.ts';

export async function startChromium(): Promise<Browser> {
  const executablePath = process.env.LAYERSCOPE_TEST_CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new NotMeasured('no Chromium; LAYERSCOPE_TEST_CHROMIUM names one');
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
