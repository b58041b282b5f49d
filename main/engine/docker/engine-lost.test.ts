import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { connectEngine } from './connect-engine.ts';
import { contextOf } from './testing/context.ts';
import { startRawServer } from './testing/raw-server.ts';
import { recordedTrace } from './testing/recorded-trace.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An engine on a real socket that ends its answer in a way a healthy one does not. */
async function withEngine<T>(
  answer: Answer,
  use: (engine: Awaited<ReturnType<typeof connectEngine>>) => Promise<T>,
) {
  await using server = await startRawServer(answer);
  return await use(await connectEngine({ dockerHost: server.url, env: {}, home: '/nonexistent' }));
}

const trace = (index: number) =>
  `${JSON.stringify({ id: 'moby.buildkit.trace', aux: recordedTrace[index] })}\n`;
const dies: Answer = (request, response) => {
  request.resume();
  response.write(trace(0), () => response.destroy());
};

describe('a build', () => {
  const start = (answer: Answer, signal?: AbortSignal) =>
    withEngine(answer, (engine) =>
      engine.build({
        context: contextOf({ Dockerfile: 'FROM scratch\n' }),
        dockerfile: 'Dockerfile',
        signal,
      }),
    );

  it('ends with engine-lost when the connection breaks', async () => {
    await expect(start(dies)).rejects.toMatchObject({ code: 'engine-lost' });
    await expect(start((request) => request.socket.destroy())).rejects.toMatchObject({ code: 'engine-lost' });
  });

  it('ends with engine-lost when the answer ends without a result', async () => {
    await expect(
      start((request, response) => request.resume() && response.end(trace(0))),
    ).rejects.toMatchObject({
      code: 'engine-lost',
    });
  });

  it('takes a cancellation nobody here asked for as the engine going away', async () => {
    const message = 'rpc error: code = Canceled desc = context canceled';
    const answer: Answer = (request, response) => {
      request.resume();
      response.end(`${trace(0)}${JSON.stringify({ errorDetail: { message }, error: message })}\n`);
    };
    await expect(start(answer)).rejects.toMatchObject({ code: 'engine-lost' });
  });

  it('says so when the report cannot be read', async () => {
    await expect(
      start((request, response) => request.resume() && response.end('<html>\n')),
    ).rejects.toMatchObject({
      code: 'engine-error',
    });
  });

  it('is cancelled at once though the engine never answers', async () => {
    const started = performance.now();
    await expect(start((request) => request.resume(), AbortSignal.timeout(100))).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('has a connection of its own that is closed after it', async () => {
    const connections: (string | undefined)[] = [];
    const answer: Answer = (request, response) => {
      connections.push(request.headers.connection);
      request.resume();
      request.on('end', () => response.end('{"id":"moby.image.id","aux":{"ID":"sha256:1"}}\n'));
    };
    expect(await start(answer)).toMatchObject({ imageId: 'sha256:1' });
    expect(connections).toEqual(['close']);
  });

  it('ends with what the context fails with, and closes the connection', async () => {
    let closed: Promise<unknown> | undefined;
    const answer: Answer = (request) => {
      closed = new Promise((resolve) => request.socket.on('close', resolve));
      request.resume();
      request.on('error', () => undefined);
    };
    await withEngine(answer, async (engine) => {
      const context = Readable.from(
        (async function* () {
          yield Buffer.alloc(512);
          await setTimeout(50);
          throw new Error('EIO: i/o error');
        })(),
      );
      await expect(engine.build({ context, dockerfile: 'Dockerfile' })).rejects.toMatchObject({
        code: 'context-invalid',
        message: expect.stringContaining('EIO'),
      });
      await closed;
    });
  });
});

describe('a save', () => {
  const save = (answer: Answer) =>
    withEngine(answer, async (engine) => buffer(await engine.save(['debian:bookworm', 'busybox'])));
  const tar = Buffer.alloc(200_000, 1);
  const end = Buffer.alloc(1024);

  it('is the whole archive', async () => {
    const archive = await save((_request, response) => {
      response.write(tar);
      response.end(end);
    });
    expect(archive.equals(Buffer.concat([tar, end]))).toBe(true);
  });

  it('fails with engine-lost when the connection breaks in the middle', async () => {
    await expect(
      save((_request, response) => void response.write(tar, () => response.destroy())),
    ).rejects.toMatchObject({
      code: 'engine-lost',
    });
  });

  it('fails when the engine ends the archive early, with the reason where it gives one', async () => {
    await expect(save((_request, response) => response.end(tar))).rejects.toMatchObject({
      code: 'engine-error',
    });
    const reason = `${JSON.stringify({ errorDetail: { message: 'layer "x" is gone' }, error: 'layer "x" is gone' })}\r\n`;
    await expect(
      save((_request, response) => {
        response.write(tar);
        setTimeout(50).then(() => response.end(reason));
      }),
    ).rejects.toMatchObject({ code: 'engine-error', message: expect.stringContaining('layer "x" is gone') });
  });

  it('fails when there is nothing in it', async () => {
    await expect(save((_request, response) => response.end())).rejects.toMatchObject({
      code: 'engine-error',
    });
  });

  it('refuses names that would be another path of the API', async () => {
    await withEngine(
      () => expect.unreachable(),
      async (engine) => {
        for (const name of ['../containers/json', 'a?all=1', 'a b', '']) {
          await expect(engine.save([name])).rejects.toMatchObject({ code: 'image-not-found' });
          await expect(engine.inspect(name)).rejects.toMatchObject({ code: 'image-not-found' });
          await expect(engine.remove(name)).rejects.toMatchObject({ code: 'image-not-found' });
        }
      },
    );
  });
});
