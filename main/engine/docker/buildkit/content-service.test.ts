import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BlobOffer, contentService, type TakeBlob } from './content-service.ts';
import { encodeFields, type FieldValue, fieldsOf, numberOf, textOf } from './protobuf.ts';
import { type Call, framed, type GrpcCaller, startGrpcCaller } from './testing/grpc-caller.ts';

const mebibyte = 2 ** 20;
const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const nothing = digestOf(Buffer.alloc(0));

let caller: GrpcCaller;
let take: TakeBlob;
let offers: BlobOffer[];
/** What each sink was asked to do. */
let log: string[];
let pieces: Buffer[];
let taken: string[];
let errors: Error[];

/** Takes everything, and copies what it is given. */
const takeAll: TakeBlob = async () => ({
  async write(bytes) {
    pieces.push(Buffer.from(bytes));
    log.push(`write ${bytes.length}`);
  },
  end: async () => void log.push('end'),
  destroy: () => log.push('destroy'),
});

beforeEach(async () => {
  take = takeAll;
  offers = [];
  log = [];
  pieces = [];
  taken = [];
  errors = [];
  caller = await startGrpcCaller(
    contentService({
      take: async (offer) => {
        offers.push(offer);
        return take(offer);
      },
      onHandedOver: ({ digest }) => taken.push(digest),
      onError: (error) => errors.push(error),
    }),
  );
});
afterEach(() => caller[Symbol.asyncDispose]());

/** A `WriteContentRequest`. */
interface Request {
  readonly action?: 'stat' | 'write' | 'commit' | 'other';
  readonly ref?: string;
  readonly total?: number | bigint;
  readonly expected?: string;
  readonly offset?: number | bigint;
  readonly data?: Uint8Array;
  readonly label?: string;
}

function encode({ action = 'stat', ref, total, expected, offset, data, label }: Request): Buffer {
  const fields: readonly (readonly [number, FieldValue])[] = [
    [1, { stat: 0, write: 1, commit: 2, other: 3 }[action]],
    [2, ref ?? ''],
    [3, total ?? 0],
    [4, expected ?? ''],
    [5, offset ?? 0],
    [6, data ?? ''],
    [7, label ?? ''],
  ];
  return encodeFields(fields);
}

/** What is answered: `write 5 of 10 sha256:…`. */
async function answerOf(call: Call): Promise<string> {
  const message = await call.receive();
  if (!message) return call.status;
  const fields = [...fieldsOf(message)];
  const number = (wanted: number) => fields.filter((field) => field.number === wanted).map(numberOf)[0] ?? 0;
  const action = ['stat', 'write', 'commit'][number(1)];
  const digest = fields.filter((field) => field.number === 6).map(textOf)[0];
  return `${action} ${number(4)} of ${number(5)} ${digest}`;
}

const open = () => caller.call('/containerd.services.content.v1.Content/Write');

async function ask(call: Call, request: Request): Promise<string> {
  void call.say(encode(request));
  return answerOf(call);
}

/** Offers a blob on a call of its own; it was accepted. */
async function offered(digest: string, total: number): Promise<Call> {
  const call = open();
  expect(await ask(call, { ref: `layer-${digest}`, total, expected: digest })).toBe(
    `stat 0 of ${total} ${digest}`,
  );
  return call;
}

describe('a blob', () => {
  it('comes in lockstep: asked for three times, written, committed', async () => {
    const bytes = Buffer.alloc(2 * mebibyte + 5000);
    for (let at = 0; at < bytes.length; at++) bytes[at] = at % 251;
    const digest = digestOf(bytes);
    const call = await offered(digest, bytes.length);
    expect(offers).toEqual([{ digest, size: bytes.length, kind: 'layer' }]);
    const tail = `of ${bytes.length} ${digest}`;
    expect(await ask(call, {})).toBe(`stat 0 ${tail}`);
    expect(await ask(call, {})).toBe(`stat 0 ${tail}`);
    let offset = 0;
    for (const size of [mebibyte, mebibyte, 4990, 10]) {
      const data = bytes.subarray(offset, offset + size);
      expect(await ask(call, { action: 'write', offset, data })).toBe(`write ${offset + size} ${tail}`);
      offset += size;
    }
    expect(taken).toEqual([]);
    const commit = { action: 'commit', total: offset, offset, expected: digest, label: 'x'.repeat(400) };
    expect(await ask(call, commit as Request)).toBe(`commit ${offset} ${tail}`);
    call.end();
    expect(await call.status).toBe('0');
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    expect(log).toEqual([`write ${mebibyte}`, `write ${mebibyte}`, 'write 4990', 'write 10', 'end']);
    expect(taken).toEqual([digest]);
    expect(errors).toEqual([]);
  });

  it('may be empty, or come whole with its commit', async () => {
    const empty = await offered(nothing, 0);
    expect(await ask(empty, { action: 'commit', expected: nothing })).toBe(`commit 0 of 0 ${nothing}`);
    const data = Buffer.from('whole');
    const digest = digestOf(data);
    const call = await offered(digest, 5);
    expect(await ask(call, { action: 'commit', total: 5, expected: digest, data })).toBe(
      `commit 5 of 5 ${digest}`,
    );
    expect(log).toEqual(['end', 'write 5', 'end']);
    expect(taken).toEqual([nothing, digest]);
  });

  it('is what its reference says', async () => {
    for (const kind of ['config', 'manifest', 'index', 'attestation', '']) {
      await ask(open(), { ref: `${kind}-${nothing}`, total: 1, expected: nothing });
    }
    expect(offers.map(({ kind }) => kind)).toEqual(['config', 'manifest', 'index', 'other', 'other']);
  });

  it('that is known need not come, which is no error', async () => {
    take = async () => 'known';
    const call = open();
    expect(await ask(call, { total: 7, expected: nothing })).toBe(`6 ${nothing} is known`);
    expect(log).toEqual([]);
    expect(taken).toEqual([nothing]);
    expect(errors).toEqual([]);
  });

  it('may be taken whenever the time has come', async () => {
    const free = Promise.withResolvers<void>();
    take = async (offer) => {
      await free.promise;
      return takeAll(offer);
    };
    const call = open();
    void call.say(encode({ total: 7, expected: nothing }));
    const answer = answerOf(call);
    expect(await Promise.race([answer, setTimeout(100, 'nothing yet')])).toBe('nothing yet');
    free.resolve();
    expect(await answer).toBe(`stat 0 of 7 ${nothing}`);
  });
});

describe('a part of a blob', () => {
  it('is acknowledged when it begins to come, and its memory is the next but one', async () => {
    const memory: ArrayBufferLike[] = [];
    take = async () => ({
      async write(bytes) {
        memory.push(bytes.buffer);
        const before = Buffer.from(bytes);
        await setTimeout(20);
        // Nothing has been written over it meanwhile.
        log.push(String(before.equals(bytes)));
      },
      end: async () => void log.push('end'),
      destroy: () => log.push('destroy'),
    });
    const digest = digestOf(Buffer.alloc(0));
    const call = await offered(digest, 6 * mebibyte);
    for (let part = 0; part < 6; part++) {
      const offset = part * mebibyte;
      const data = Buffer.alloc(mebibyte, part + 1);
      const message = framed(encode({ action: 'write', offset, data }));
      await call.write(message.subarray(0, 1000));
      expect(await answerOf(call)).toBe(`write ${offset + mebibyte} of ${6 * mebibyte} ${digest}`);
      await call.write(message.subarray(1000));
    }
    expect(await ask(call, { action: 'commit', offset: 6 * mebibyte })).toMatch(/^commit/);
    expect(log).toEqual([...new Array(6).fill('true'), 'end']);
    // A message may be longer than the one before it by a byte of its offset.
    expect(new Set(memory).size).toBeLessThanOrEqual(4);
  });

  it('is not read where the one before it is not written: the window stops who sends', async () => {
    const free = Promise.withResolvers<void>();
    take = async () => ({
      write: () => free.promise,
      end: async () => void log.push('end'),
      destroy: () => log.push('destroy'),
    });
    const call = await offered(nothing, 20 * mebibyte);
    // As no lockstep would.
    for (let offset = 0; offset < 20 * mebibyte; offset += mebibyte) {
      void call.say(encode({ action: 'write', offset, data: Buffer.alloc(mebibyte) }));
    }
    void call.say(encode({ action: 'commit', offset: 20 * mebibyte }));
    await expect.poll(() => caller.socket.bytesRead).toBeGreaterThan(6 * mebibyte);
    await setTimeout(200);
    // One that is written, one that waits, and the window of 4 MiB.
    expect(caller.socket.bytesRead).toBeLessThan(6.2 * mebibyte);
    free.resolve();
    await expect.poll(() => log, { timeout: 5000 }).toEqual(['end']);
  });
});

describe('a blob that does not come to its end', () => {
  it.each(['says so', 'is reset', 'loses its connection'])('is given up where the call %s', async (how) => {
    const call = await offered(nothing, 3 * mebibyte);
    await ask(call, { action: 'write', data: Buffer.alloc(mebibyte) });
    await expect.poll(() => log).toEqual([`write ${mebibyte}`]);
    const half = framed(encode({ action: 'write', offset: mebibyte, data: Buffer.alloc(mebibyte) }));
    if (how !== 'says so') await call.write(half.subarray(0, 5000));
    if (how === 'says so') call.end();
    if (how === 'is reset') call.reset();
    if (how === 'loses its connection') caller.socket.destroy();
    await expect.poll(() => log.at(-1)).toBe('destroy');
    expect(log).toEqual([`write ${mebibyte}`, 'destroy']);
    expect(taken).toEqual([]);
    // It is not ours: BuildKit says itself what is wrong.
    expect(errors).toEqual([]);
  });

  it('is given up only when what is being written of it is', async () => {
    const free = Promise.withResolvers<void>();
    take = async () => ({
      write: async () => {
        log.push('write');
        await free.promise;
        log.push('written');
      },
      end: async () => void log.push('end'),
      destroy: () => log.push('destroy'),
    });
    const call = await offered(nothing, mebibyte);
    await ask(call, { action: 'write', data: Buffer.alloc(1000) });
    await expect.poll(() => log).toEqual(['write']);
    call.reset();
    await setTimeout(50);
    expect(log).toEqual(['write']);
    free.resolve();
    await expect.poll(() => log).toEqual(['write', 'written', 'destroy']);
  });
});

describe('what taking a blob fails with', () => {
  const failure = new Error('the disk is full');
  const failing = (what: 'take' | 'write' | 'end'): TakeBlob => {
    return async () => {
      if (what === 'take') throw failure;
      return {
        write: async () => {
          if (what === 'write') throw failure;
        },
        end: async () => {
          if (what === 'end') throw failure;
        },
        destroy: () => log.push('destroy'),
      };
    };
  };

  it.each(['take', 'write', 'end'] as const)('is told as it is: %s', async (what) => {
    take = failing(what);
    const call = open();
    void call.say(encode({ total: 5000, expected: nothing }));
    // Where the first write fails nothing more needs to come for that.
    void call.say(encode({ action: 'write', data: Buffer.alloc(5000) }));
    await expect.poll(() => (what === 'end' ? failure : errors[0])).toBe(failure);
    void call.say(encode({ action: 'commit', offset: 5000 }));
    expect(await call.status).toBe('13 Error: the disk is full');
    expect(new Set(errors)).toEqual(new Set([failure]));
    expect(log).toEqual(what === 'take' ? [] : ['destroy']);
    expect(taken).toEqual([]);
  });
});

describe('a BuildKit that breaks the rules', () => {
  const digest = digestOf(Buffer.from('x'));
  const rule = (text: string) => ({
    code: 'engine-error',
    message: `BuildKit does not hand its layers over as it should: ${text}`,
    hint: expect.stringContaining('--transport save'),
  });
  const brokenBy = async (call: Call, text: string) => {
    expect(await call.status).toMatch(/^1[23] /);
    expect(errors.map((error) => (error as { info?: unknown }).info)).toEqual([
      expect.objectContaining(rule(text)),
    ]);
    expect(taken).toEqual([]);
  };

  it.each([
    ['', '""'],
    ['sha256:', '"sha256:"'],
    ['sha512:abc', '"sha512:abc"'],
    [
      digest.toUpperCase().replace('SHA256', 'sha256'),
      JSON.stringify(digest.toUpperCase().replace('SHA256', 'sha256')),
    ],
    [`${digest}\n`, JSON.stringify(`${digest}\n`)],
    [`sha256:../${'\u202e'.repeat(200)}`, JSON.stringify(`sha256:../${'\u202e'.repeat(90)}`)],
  ])('offers a blob without a digest: %j', async (expected, shown) => {
    const call = open();
    void call.say(encode({ total: 1, expected }));
    await brokenBy(call, `a blob has the name ${shown}`);
    expect(offers).toEqual([]);
  });

  it.each([
    [BigInt.asUintN(64, -1n), -1],
    [2n ** 53n, 2 ** 53],
    [2n ** 63n - 1n, 2 ** 63],
  ])('offers a blob of an impossible size: %s', async (total, shown) => {
    const call = open();
    void call.say(encode({ total, expected: digest }));
    await brokenBy(call, `${digest} is to have ${shown} bytes`);
    expect(offers).toEqual([]);
  });

  it('writes what it did not offer', async () => {
    const call = open();
    void call.say(encode({ action: 'write', total: 1, expected: digest, data: Buffer.from('x') }));
    await brokenBy(call, 'a blob came that was not offered');
  });

  it.each([
    [
      'elsewhere',
      { action: 'write', offset: 7, data: Buffer.alloc(10) },
      `${digest} goes on at byte 7, not at 10`,
    ],
    [
      'before the beginning',
      { action: 'write', offset: BigInt.asUintN(64, -1n), data: Buffer.alloc(10) },
      `${digest} goes on at byte -1, not at 10`,
    ],
    [
      'elsewhere, at length',
      { action: 'write', offset: 7, data: Buffer.alloc(1000) },
      `${digest} goes on at byte 7, not at 10`,
    ],
    [
      'more than there is',
      { action: 'write', offset: 10, data: Buffer.alloc(11) },
      `more of ${digest} came than the 20 bytes it has`,
    ],
    ['a part with a question', { data: Buffer.alloc(10) }, '10 bytes came with action 0'],
    ['something else', { action: 'other' }, '0 bytes came with action 3'],
    [
      'too early an end',
      { action: 'commit', offset: 10 },
      `${digest} ends after 10 of 20 bytes, and 0 by its own word`,
    ],
    [
      'an end of its own',
      { action: 'commit', offset: 10, total: 10, data: Buffer.alloc(10) },
      `${digest} ends after 20 of 20 bytes, and 10 by its own word`,
    ],
    [
      'the end of another',
      { action: 'commit', offset: 10, data: Buffer.alloc(10), expected: nothing },
      `${digest} ends as ${JSON.stringify(nothing)}`,
    ],
  ] as readonly (readonly [string, Request, string])[])('goes on with %s', async (_, request, text) => {
    const call = await offered(digest, 20);
    expect(await ask(call, { action: 'write', data: Buffer.alloc(10) })).toMatch(/^write 10/);
    void call.say(encode(request));
    await brokenBy(call, text);
    expect(log.at(-1)).toBe('destroy');
    expect(log).not.toContain('end');
  });

  it('says one thing at the beginning of a part and another at its end', async () => {
    const call = await offered(digest, mebibyte);
    const part = encode({ action: 'write', data: Buffer.alloc(1000) });
    void call.say(Buffer.concat([part, encodeFields([[5, 77]])]));
    expect(await answerOf(call)).toMatch(/^write 1000/);
    await brokenBy(call, `a part of ${digest} is not what its beginning said`);
  });

  it('sends what is no message, or too long a one', async () => {
    const cut = await offered(digest, 5);
    void cut.say(Buffer.from([0x0a, 5, 104]));
    await brokenBy(cut, 'The protobuf message is cut off');
    errors = [];
    const long = await offered(digest, 5);
    void long.write(framed(Buffer.alloc(4 * mebibyte + 1)));
    await brokenBy(long, 'A message of 4194305 bytes is too long');
  });

  it('writes on after its commit: that call is over', async () => {
    const call = await offered(nothing, 0);
    expect(await ask(call, { action: 'commit' })).toMatch(/^commit/);
    void call.say(encode({ action: 'write', data: Buffer.alloc(10) }));
    expect(await call.status).toBe('0');
    expect(await call.receive()).toBeUndefined();
    expect(log).toEqual(['end']);
    expect(errors).toEqual([]);
  });
});
