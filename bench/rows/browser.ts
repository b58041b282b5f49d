import type { Page } from '@playwright/test';
import { startChromium } from '../chromium.ts';
import { archives } from '../inputs/archives.ts';
import { makeInput } from '../inputs/make-input.ts';
import type { Measured } from '../measure/measured.ts';
import type { BenchContext, Outcome, Row } from '../row.ts';
import { startWebHost } from '../web-host.ts';

const mostTiles = 600;

/** What a person does, and what leads back to where it can be done again. */
interface Gesture {
  readonly name: string;
  readonly work: string;
  readonly prepare: (page: Page) => Promise<void>;
  readonly act: (page: Page) => Promise<void>;
}

const gestures: readonly Gesture[] = [
  {
    name: 'browser-open',
    work: 'in the browser, 1,000,000 files: the treemap opened',
    prepare: async (page) => {
      await page.getByRole('tab', { name: 'Tree', exact: true }).click();
      await page.getByRole('treegrid').waitFor();
    },
    act: (page) => page.getByRole('tab', { name: 'Treemap' }).click(),
  },
  {
    name: 'browser-zoom',
    work: 'there: zoomed in and drawn anew',
    prepare: async (page) => {
      await page.getByRole('tree').focus();
      if (/[?&]at=/.test(page.url())) await drawnAfter(page, () => page.keyboard.press('Escape'));
    },
    act: (page) => page.keyboard.press('Enter'),
  },
  {
    name: 'browser-filter',
    work: 'there: filtered by a layer and drawn anew',
    prepare: async (page) => {
      const clear = page.getByRole('button', { name: /show all layers/ });
      if (await clear.isVisible()) await drawnAfter(page, () => clear.click());
    },
    act: (page) => page.getByRole('listbox').getByRole('option').nth(3).click(),
  },
];

export const browserRows: readonly Row[] = gestures.map((gesture) => ({
  name: gesture.name,
  work: gesture.work,
  target: { ms: 50 },
  measure: (context) => inBrowser(context, gesture),
}));

async function inBrowser(context: BenchContext, gesture: Gesture): Promise<Outcome> {
  const path = await makeInput(archives.files1m, context.log);
  await using host = await startWebHost();
  await using browser = await startChromium();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const { origin, hash } = new URL(host.url);
  await page.goto(`${origin}/image?source=archive&path=${encodeURIComponent(path)}${hash}`);
  await page.locator('.treemap-chart path').first().waitFor({ timeout: 120_000 });
  const ours: Measured[] = [];
  let tiles = 0;
  for (let run = 0; run <= context.runs; run++) {
    context.signal.throwIfAborted();
    await gesture.prepare(page);
    const ms = await drawnAfter(page, () => gesture.act(page));
    if (run > 0) ours.push({ ms, peakBytes: null });
    tiles = Math.max(tiles, await drawnTiles(page));
  }
  if (tiles > mostTiles) throw new Error(`${tiles} tiles were drawn instead of ${mostTiles}`);
  return { ours, note: `from the event to the paint of its result; ${tiles} tiles at most` };
}

/**
 * From the first key or button that goes down to the paint that shows another treemap, ms. What counts is the result,
 * which the engine has to be asked for, and not some first sign of it.
 */
async function drawnAfter(page: Page, act: () => Promise<void>): Promise<number> {
  const painted = page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        setTimeout(() => reject(new Error('Nothing was drawn anew')), 30_000);
        let began = 0;
        const begin = (event: Event) => {
          if (began === 0) began = event.timeStamp;
        };
        for (const type of ['keydown', 'pointerdown']) {
          addEventListener(type, begin, { capture: true, once: true });
        }
        const drawing = () =>
          [...document.querySelectorAll('.treemap-chart path')].map((path) => path.getAttribute('d')).join();
        const before = drawing();
        const observer = new MutationObserver(() => {
          const now = drawing();
          if (now === before || now === '') return;
          observer.disconnect();
          // A task after the frame: by then it has been painted.
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.now() - began);
            port2.postMessage(undefined);
          });
        });
        observer.observe(document.body, { subtree: true, childList: true, attributes: true });
      }),
  );
  await act();
  return painted;
}

/** Tiles of a colour are one path: each of them begins with a move. */
function drawnTiles(page: Page): Promise<number> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.treemap-chart path[fill]')]
      .map((path) => path.getAttribute('d')?.match(/M/g)?.length ?? 0)
      .reduce((sum, moves) => sum + moves, 0),
  );
}
