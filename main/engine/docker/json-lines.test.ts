import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { jsonLines } from './json-lines.ts';

async function collect(stream: Readable): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of jsonLines(stream)) values.push(value);
  return values;
}
const read = (...chunks: (string | Buffer)[]) =>
  collect(Readable.from(chunks.map((chunk) => Buffer.from(chunk))));

it('joins lines over chunks, also in the middle of a character', async () => {
  const bytes = Buffer.from('{"a":"é"}\r\n\n[1]\n{"b"');
  const cut = bytes.indexOf(0xc3) + 1;
  expect(await read(bytes.subarray(0, cut), bytes.subarray(cut), ':2}')).toEqual([{ a: 'é' }, [1], { b: 2 }]);
});

it('throws for what is no JSON and passes on the failure of the stream', async () => {
  await expect(read('{"a":1}\n{"b":')).rejects.toThrow(SyntaxError);
  const broken = new Readable({
    read() {
      this.destroy(new Error('aborted'));
    },
  });
  await expect(collect(broken)).rejects.toThrow('aborted');
});
