import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { chunksOf } from './chunks-of.ts';

async function collected(source: AsyncIterable<Uint8Array>): Promise<string[]> {
  const chunks: string[] = [];
  for await (const chunk of chunksOf(source)) chunks.push(Buffer.from(chunk).toString());
  return chunks;
}

describe('the chunks of a stream', () => {
  it('come one by one, also those that were there already', async () => {
    const stream = new PassThrough();
    for (const text of ['a', 'b', 'c']) stream.write(text);
    setImmediate(() => stream.end('d'));
    expect(await collected(stream)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('wait for whoever takes them', async () => {
    let made = 0;
    const stream = new Readable({
      highWaterMark: 10,
      read() {
        made += 1;
        this.push(made > 50 ? null : Buffer.alloc(10, made));
      },
    });
    for await (const chunk of chunksOf(stream)) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(made - chunk[0]!).toBeLessThan(5);
    }
    expect(made).toBe(51);
  });

  it('end with the error that ends the stream, or with its closing', async () => {
    const broken = new PassThrough();
    broken.write('a');
    setImmediate(() => broken.destroy(new Error('gone')));
    await expect(collected(broken)).rejects.toThrow('gone');
    const closed = new PassThrough();
    setImmediate(() => closed.destroy());
    await expect(collected(closed)).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });

  it('are no more wanted: the stream goes', async () => {
    const stream = new PassThrough();
    stream.write('a');
    for await (const chunk of chunksOf(stream)) {
      expect(chunk.length).toBe(1);
      break;
    }
    expect(stream.destroyed).toBe(true);
  });
});

it('takes any other source as it is', async () => {
  const source = (async function* () {
    yield Buffer.from('a');
  })();
  expect(chunksOf(source)).toBe(source);
});
