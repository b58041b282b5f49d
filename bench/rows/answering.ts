import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../../shared/api/contract.ts';
import { archives } from '../inputs/archives.ts';
import { makeInput } from '../inputs/make-input.ts';
import { interleaved } from '../measure/interleaved.ts';
import type { Measured } from '../measure/measured.ts';
import { layerscope } from '../programs.ts';
import type { BenchContext, Outcome, Row } from '../row.ts';
import { connectTo, startWebHost } from '../web-host.ts';

export const answeringRows: readonly Row[] = [
  {
    name: 'cancel',
    work: '`layerscope analyze` of the gzip archive: from Ctrl+C to its end',
    target: { ms: 100 },
    measure: cancelledProcess,
  },
  {
    name: 'cancel-web',
    work: 'web host reading the gzip archive: from cancelling to its answer',
    target: { ms: 100 },
    measure: (context) => withHost(context, cancelled),
  },
  {
    name: 'answers',
    work: 'web host reading the archive of 1,000,000 files: the longest wait for another answer',
    target: { ms: 50 },
    measure: (context) => withHost(context, longestWait),
  },
  {
    name: 'content',
    work: "1,000,000 files: a file's content, read again from the archive",
    target: { ms: 50 },
    measure: (context) => withHost(context, contentRead),
  },
];

async function cancelledProcess({ runs, signal, log }: BenchContext): Promise<Outcome> {
  const path = await makeInput(archives.gzip, log);
  const { program, args, env } = layerscope(['analyze', path, '--json', '--no-cache-store']);
  return interleaved(
    { runs, signal },
    {
      ours: async (): Promise<Measured> => {
        const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
        const ended = once(child, 'exit');
        await sleep(600);
        const began = performance.now();
        child.kill('SIGINT');
        const [status] = await ended;
        if (status !== 130) throw new Error(`It ended with ${status} instead of being cancelled`);
        return { ms: performance.now() - began, peakBytes: null };
      },
    },
  );
}

type Work = (api: Api, archives: { readonly gzip: string; readonly files1m: string }) => Promise<number>;

/** Each time with a host that has read nothing yet. */
async function withHost({ runs, signal, log }: BenchContext, work: Work): Promise<Outcome> {
  const paths = {
    gzip: await makeInput(archives.gzip, log),
    files1m: await makeInput(archives.files1m, log),
  };
  return interleaved(
    { runs, signal },
    {
      ours: async (): Promise<Measured> => {
        await using host = await startWebHost();
        using page = await connectTo(host);
        return { ms: await work(page.api, paths), peakBytes: null };
      },
    },
  );
}

async function cancelled(api: Api, { gzip }: { readonly gzip: string }): Promise<number> {
  const cancel = new AbortController();
  const reading = Promise.withResolvers<void>();
  const opening = api.call('image.open', archive(gzip), {
    signal: cancel.signal,
    onEvent: () => reading.resolve(),
  });
  const ended = opening.then(
    () => false,
    () => true,
  );
  await reading.promise;
  await sleep(200);
  const began = performance.now();
  cancel.abort();
  if (!(await ended)) throw new Error('It had read everything before it was cancelled');
  // Cancelling is answered on this side of the socket: what counts is that the other side is free again.
  await api.call('app.info', {});
  return performance.now() - began;
}

async function longestWait(api: Api, { files1m }: { readonly files1m: string }): Promise<number> {
  let reading = true;
  const opening = api.call('image.open', archive(files1m)).finally(() => {
    reading = false;
  });
  let longest = 0;
  while (reading) {
    const began = performance.now();
    await api.call('app.info', {});
    longest = Math.max(longest, performance.now() - began);
    await sleep(5);
  }
  await opening;
  return longest;
}

async function contentRead(api: Api, { files1m }: { readonly files1m: string }): Promise<number> {
  const { handle } = await api.call('image.open', archive(files1m));
  // Far from the beginning of the archive.
  const path = '/srv/layer-18/part-400/file-40001.txt';
  const began = performance.now();
  const { base64 = '' } = await api.call('files.content', { handle, path, limit: 65_536 });
  const ms = performance.now() - began;
  const { length } = Buffer.from(base64, 'base64');
  if (length !== 400) throw new Error(`It read ${length} bytes of 400`);
  return ms;
}

const archive = (path: string) => ({ source: { kind: 'archive', path } }) as const;
