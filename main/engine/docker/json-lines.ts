import type { Readable } from 'node:stream';

/** Longer lines are not BuildKit's or a registry's; a bound keeps a broken engine from filling the memory. */
const maxLine = 64 * 1024 * 1024;

/**
 * The JSON values of a stream of lines, as the Engine API reports progress. Throws a SyntaxError for a line that is
 * no JSON, a RangeError for one over 64 MB, and whatever the stream fails with.
 */
export async function* jsonLines(stream: Readable): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const lines = decoder.decode(chunk as Uint8Array, { stream: true }).split('\n');
    for (const [index, piece] of lines.entries()) {
      if (index > 0) {
        yield* parse(pieces.join(''));
        pieces = [];
        length = 0;
      }
      pieces.push(piece);
      length += piece.length;
    }
    if (length > maxLine) throw new RangeError('The engine sent a line of more than 64 MB');
  }
  yield* parse(pieces.join('') + decoder.decode());
}

function* parse(line: string): Generator<unknown> {
  if (line.trim() !== '') yield JSON.parse(line);
}
