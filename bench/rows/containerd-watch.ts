import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { startChromium } from '../chromium.ts';
import { edit, projectFolder } from '../go-project.ts';
import { contentPool, fillFrom } from '../inputs/content.ts';
import { random } from '../inputs/random.ts';
import { interleaved } from '../measure/interleaved.ts';
import type { Measured } from '../measure/measured.ts';
import { median } from '../measure/median.ts';
import type { BenchContext, Outcome, Row } from '../row.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { watchFolder } from '../watched-folder.ts';

/** What somebody waits for who leaves Layerscope open while editing; on an engine whose images are in containerd. */
export const containerdWatchRows: readonly Row[] = [
  {
    name: 'containerd-watch',
    work: 'there, in a web host that watches the folder: from a one-line edit to the whole new comparison',
    target: { ms: 800 },
    measure: watchedEdit,
  },
  {
    name: 'containerd-screen',
    work: 'there, in the browser: from the edit to the paint of the whole new comparison',
    target: { ms: 800 },
    measure: editOnScreen,
  },
  {
    name: 'containerd-context',
    work: 'there: one file changed, what 10,000 files in the context cost beyond 10',
    target: { ms: 200 },
    measure: largeContext,
  },
];

async function watchedEdit(context: BenchContext): Promise<Outcome> {
  const engine = await context.engine('newest');
  await using folder = await projectFolder();
  await using watched = await watchFolder(engine.host, folder.path);
  const { ours } = await interleaved(context, {
    ours: () => watched.changed(() => edit(folder.path)),
  });
  const run = Math.round(median(ours.map(({ runMs }) => runMs)));
  return { ours: ours.map(measured), note: `\`go build\` itself takes ${run} ms of it` };
}

async function editOnScreen(context: BenchContext): Promise<Outcome> {
  const engine = await context.engine('newest');
  await using folder = await projectFolder();
  await using watched = await watchFolder(engine.host, folder.path);
  await using browser = await startChromium();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const { origin, hash } = new URL(watched.host.url);
  await page.goto(`${origin}/compare?folder=${encodeURIComponent(folder.path)}&tab=side${hash}`);
  await page.locator('.treemap-chart path').first().waitFor({ timeout: 60_000 });
  const numbersMs: number[] = [];
  const { ours } = await interleaved(context, {
    ours: async () => {
      const painting = paintedAnew(page);
      // So that sizes change that are shown.
      await edit(folder.path, 50_000 * (numbersMs.length + 1));
      const saved = performance.timeOrigin + performance.now();
      const { numbers, all } = await painting;
      numbersMs.push(numbers - saved);
      return measured({ ms: all - saved });
    },
  });
  return { ours, note: `the new sizes were there after ${Math.round(median(numbersMs.slice(1)))} ms` };
}

/**
 * When the page has painted other sizes of both images, and when it has painted the last of what then changes, pictures
 * above all; ms since the epoch. What ticks along in the line of the watch does not count.
 */
function paintedAnew(page: Page): Promise<{ readonly numbers: number; readonly all: number }> {
  return page.evaluate(
    () =>
      new Promise<{ numbers: number; all: number }>((resolve, reject) => {
        setTimeout(() => reject(new Error('Nothing was drawn anew')), 60_000);
        const sizes = () =>
          [...document.querySelectorAll('h1 button')].map((size) => size.getAttribute('title'));
        const before = sizes();
        let numbers = 0;
        let all = 0;
        let quiet: ReturnType<typeof setTimeout> | undefined;
        const painted = () => {
          all = performance.timeOrigin + performance.now();
          numbers ||= all;
          clearTimeout(quiet);
          quiet = setTimeout(() => resolve({ numbers, all }), 1000);
        };
        const observer = new MutationObserver((changes) => {
          const inWatch = ({ target }: MutationRecord) =>
            (target instanceof Element ? target : target.parentElement)?.closest('.watch');
          if (changes.every(inWatch) || sizes().some((size, at) => size === before[at])) return;
          // A task after the frame: by then it has been painted.
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = painted;
            port2.postMessage(undefined);
          });
        });
        observer.observe(document.body, {
          subtree: true,
          childList: true,
          attributes: true,
          characterData: true,
        });
      }),
  );
}

async function largeContext(context: BenchContext): Promise<Outcome> {
  const engine = await context.engine('newest');
  await using large = await contextOf(10_000);
  await using small = await contextOf(10);
  await using watchedLarge = await watchFolder(engine.host, large.path);
  await using watchedSmall = await watchFolder(engine.host, small.path);
  let changes = 0;
  const change = (folder: string) => () =>
    writeFile(join(folder, 'page/index.html'), `Change ${++changes}\n`);
  const { ours, few } = await interleaved(context, {
    ours: () => watchedLarge.changed(change(large.path)),
    few: () => watchedSmall.changed(change(small.path)),
  });
  const ms = (runs: typeof ours) => median(runs.map((run) => run.ms));
  return {
    ours: ours.map(({ ms }, run) => measured({ ms: ms - few[run]!.ms })),
    note: `${Math.round(ms(ours))} ms of which ${Math.round(ms(few))} ms are taken with 10 files, too`,
  };
}

const dockerfile = `FROM debian:bookworm-slim
COPY assets /srv/assets
COPY page /srv/page
`;

/** A project with files of 1 to 20 kB that its Dockerfile copies: all of them, then the one that changes. */
async function contextOf(files: number): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  await writeFile(join(folder.path, 'Dockerfile'), dockerfile);
  await mkdir(join(folder.path, 'page'));
  await writeFile(join(folder.path, 'page/index.html'), 'As it was at first\n');
  const next = random(files);
  const pool = contentPool();
  for (let file = 0; file < files; file++) {
    const part = join(folder.path, `assets/part-${Math.floor(file / 100)}`);
    if (file % 100 === 0) await mkdir(part, { recursive: true });
    const content = Buffer.alloc(1000 + Math.floor(next() * 19_000));
    fillFrom(pool, Math.floor(next() * pool.length), content);
    await writeFile(join(part, `file-${file}.txt`), content);
  }
  return folder;
}

const measured = ({ ms }: { readonly ms: number }): Measured => ({ ms, peakBytes: null });
