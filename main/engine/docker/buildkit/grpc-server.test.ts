import { once } from 'node:events';
import { constants } from 'node:http2';
import { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GrpcError, type GrpcMethod, GrpcStatus, unary } from './grpc-server.ts';
import { type Call, framed, type GrpcCaller, startGrpcCaller } from './testing/grpc-caller.ts';

const text = (message: Uint8Array | undefined) => message && Buffer.from(message).toString();

/** How each call of `/collect` went on the answering side. */
let collected: { readonly messages: Buffer[]; outcome: string }[];
/** What `/hold` waits for before it asks for a message. */
let released: PromiseWithResolvers<void>;
let held: Buffer[];
let caller: GrpcCaller;

const collect: GrpcMethod = {
  maxMessage: 4096,
  async answer(call) {
    const record = { messages: [] as Buffer[], outcome: 'under way' };
    collected.push(record);
    try {
      for (let message = await call.next(); message; message = await call.next()) {
        record.messages.push(Buffer.from(message));
      }
      record.outcome = 'ended';
    } catch (error) {
      record.outcome = String(error);
      throw error;
    }
    return Buffer.from(String(record.messages.length));
  },
};

beforeEach(async () => {
  collected = [];
  held = [];
  released = Promise.withResolvers();
  caller = await startGrpcCaller({
    '/collect': collect,
    '/echo': unary((request) => request),
    '/talk': {
      async answer(call) {
        for (let message = await call.next(); message; message = await call.next()) {
          await call.send(message, Buffer.from('!'));
        }
        return undefined;
      },
    },
    '/hold': {
      maxMessage: 2 ** 20,
      async answer(call) {
        for (;;) {
          await released.promise;
          const message = await call.next();
          if (!message) return undefined;
          held.push(Buffer.from(message));
        }
      },
    },
    '/heads': {
      maxMessage: 2 ** 20,
      async answer(call) {
        const spare = new Uint8Array(600);
        for (let time = 0; time < 2; time++) {
          const arriving = await call.nextArriving(spare);
          await call.send(Buffer.from(`${arriving?.length} ${arriving?.head.length}`));
          const whole = await arriving!.whole();
          await call.send(Buffer.from(`${whole.buffer === spare.buffer} ${text(whole.subarray(-3))}`));
        }
        // What is not taken is passed over.
        await call.nextArriving();
        return (await call.nextArriving())!.whole();
      },
    },
    '/fails': {
      answer: async () => {
        throw new Error('no\nway — \ud800');
      },
    },
    '/fails-later': {
      answer: async (call) => {
        await call.send(Buffer.from('some'));
        throw new GrpcError(GrpcStatus.notFound, '100 % gone');
      },
    },
  });
});
afterEach(() => caller[Symbol.asyncDispose]());

const outcome = () => expect.poll(() => collected[0]?.outcome);

describe('the messages of a call', () => {
  it('arrive the same, whatever pieces they are cut into', async () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 8 });
    const cuts = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(messages, cuts, async (sent, lengths) => {
        const call = caller.call('/collect');
        const bytes = Buffer.concat(sent.map((message) => framed(message)));
        for (let at = 0, piece = 0; at < bytes.length; piece++) {
          const end = at + lengths[piece % lengths.length]!;
          await call.write(bytes.subarray(at, end));
          at = end;
        }
        call.end();
        expect(text(await call.receive())).toBe(String(sent.length));
        expect(await call.status).toBe('0');
        expect(collected.at(-1)!.messages).toEqual(sent.map((message) => Buffer.from(message)));
      }),
      { numRuns: 150 },
    );
  });

  it('are answered one by one, several at once', async () => {
    const call = caller.call('/talk');
    for (const message of ['a', '', 'bc']) {
      await call.say(Buffer.from(message));
      expect(text(await call.receive())).toBe(message);
      expect(text(await call.receive())).toBe('!');
    }
    call.end();
    expect(await call.receive()).toBeUndefined();
    expect(await call.status).toBe('0');
  });

  it('can be looked at as soon as they begin to come, in memory that is there', async () => {
    const call = caller.call('/heads');
    const first = framed(Buffer.from(`${'x'.repeat(597)}end`));
    await call.write(first.subarray(0, 5 + 256));
    expect(text(await call.receive())).toBe('600 256');
    await call.write(first.subarray(5 + 256));
    expect(text(await call.receive())).toBe('true end');
    await call.say(Buffer.from(`${'x'.repeat(601)}END`));
    expect(text(await call.receive())).toBe('604 256');
    expect(text(await call.receive())).toBe('false END');
    await call.say(Buffer.alloc(9000));
    await call.say(Buffer.from('short'));
    expect(text(await call.receive())).toBe('short');
  });

  it('may be none: a unary method then has an empty one', async () => {
    const call = caller.call('/echo');
    call.end();
    expect(text(await call.receive())).toBe('');
    expect(await call.status).toBe('0');
  });

  it('are refused where they are compressed or too long', async () => {
    const compressed = caller.call('/collect');
    void compressed.write(framed(Buffer.from('x'), true));
    expect(await compressed.status).toBe('12 Compressed messages are not read');
    const long = caller.call('/collect');
    void long.write(framed(Buffer.alloc(4097)));
    expect(await long.status).toBe('13 A message of 4097 bytes is too long');
    const exact = caller.call('/collect');
    await exact.say(Buffer.alloc(4096));
    exact.end();
    expect(await exact.status).toBe('0');
  });
});

describe('a connection that is no socket, as over ssh', () => {
  it('carries calls, and is lost and closed like one', async () => {
    const wrapped: Duplex[] = [];
    const start = () =>
      startGrpcCaller({ '/collect': collect, '/echo': unary((request) => request) }, (socket) => {
        const duplex = Duplex.from({ readable: socket, writable: socket });
        wrapped.push(duplex);
        return duplex;
      });
    await using closing = await start();
    const call = closing.call('/collect');
    for (let time = 0; time < 200; time++) await call.say(Buffer.alloc(4000, time));
    call.end();
    expect(text(await call.receive())).toBe('200');
    expect(await call.status).toBe('0');
    closing.close();
    await expect.poll(() => wrapped[0]!.destroyed).toBe(true);
    expect(closing.lost()).toBe(false);

    await using losing = await start();
    const broken = losing.call('/collect');
    await broken.say(Buffer.from('one'));
    await expect.poll(() => collected[1]?.messages.length).toBe(1);
    losing.http2.destroy();
    await expect.poll(() => collected[1]!.outcome).toBe('GrpcError: The call broke off');
    await expect.poll(losing.lost).toBe(true);
  });
});

describe('a call that breaks off', () => {
  it('in the middle of a prefix, of a head or of a message is no end', async () => {
    for (const length of [3, 5, 10, 5 + 256, 5 + 999]) {
      const call = caller.call('/collect');
      await call.write(framed(Buffer.alloc(1000)).subarray(0, length));
      call.end();
      expect(await call.status).toBe('1 The call broke off');
    }
  });

  it('is told from one that ended where it is reset between messages', async () => {
    for (const reason of [undefined, new Error('reset'), new DOMException('reset', 'AbortError')]) {
      collected = [];
      const call = caller.call('/collect');
      await call.say(Buffer.from('one'));
      await expect.poll(() => collected[0]?.messages.length).toBe(1);
      call.reset(reason);
      await outcome().toBe('GrpcError: The call broke off');
    }
  });

  it('leaves the others alone', async () => {
    const broken = caller.call('/collect');
    const whole = caller.call('/talk');
    await broken.write(framed(Buffer.alloc(1000)).subarray(0, 500));
    await expect.poll(() => collected.length).toBe(1);
    broken.reset();
    await outcome().toBe('GrpcError: The call broke off');
    await whole.say(Buffer.from('still here'));
    expect(text(await whole.receive())).toBe('still here');
    expect(caller.lost()).toBe(false);
  });

  it('ends with the connection, which is told', async () => {
    const call = caller.call('/collect');
    await call.say(Buffer.from('one'));
    await expect.poll(() => collected[0]?.messages.length).toBe(1);
    caller.socket.destroy();
    await outcome().toBe('GrpcError: The call broke off');
    await expect.poll(caller.lost).toBe(true);
  });

  it('ends when the caller says goodbye and goes', async () => {
    const call = caller.call('/collect');
    await call.say(Buffer.from('one'));
    await expect.poll(() => collected[0]?.messages.length).toBe(1);
    caller.http2.goaway(constants.NGHTTP2_NO_ERROR);
    caller.http2.destroy();
    await outcome().toBe('GrpcError: The call broke off');
    await expect.poll(caller.lost).toBe(true);
  });

  it('ends when it is closed here, which is not told', async () => {
    const call = caller.call('/collect');
    await call.say(Buffer.from('one'));
    await expect.poll(() => collected[0]?.messages.length).toBe(1);
    const closed = once(caller.http2, 'close');
    caller.close();
    await outcome().toBe('GrpcError: The call broke off');
    await closed;
    expect(caller.lost()).toBe(false);
  });
});

describe('a call', () => {
  it('of an unknown method has that for an answer, whatever it brings', async () => {
    const call = caller.call('/nobody');
    void call.say(Buffer.alloc(200_000));
    expect(await call.status).toBe('12 /nobody is not served here');
  });

  it('that fails has its status, before and after the first message of the answer', async () => {
    const early = caller.call('/fails');
    expect(await early.status).toBe('13 Error: no\nway — \ufffd');
    const late = caller.call('/fails-later');
    expect(text(await late.receive())).toBe('some');
    expect(await late.status).toBe('5 100 % gone');
  });

  it('of two hundred at once', async () => {
    const calls = Array.from({ length: 200 }, () => caller.call('/talk'));
    const say = async (call: Call, index: number) => {
      await call.say(Buffer.from(`call ${index}`));
      const answer = text(await call.receive());
      call.end();
      return `${answer} ${await call.status}`;
    };
    expect(await Promise.all(calls.map(say))).toEqual(calls.map((_, index) => `call ${index} 0`));
  });

  it('sends no more than the windows let through where nobody reads, and all of it when somebody does', async () => {
    const call = caller.call('/hold');
    const message = Buffer.alloc(2 ** 20, 7);
    const sent = Array.from({ length: 12 }, () => call.say(message));
    await expect.poll(() => caller.socket.bytesRead).toBeGreaterThan(4 * 2 ** 20);
    await setTimeout(200);
    // The window, and what frames take.
    expect(caller.socket.bytesRead).toBeLessThan(4.1 * 2 ** 20);
    released.resolve();
    await Promise.all(sent);
    call.end();
    expect(await call.status).toBe('0');
    expect(held.map((arrived) => arrived.equals(message))).toEqual(new Array(12).fill(true));
  });

  it('is answered while others fill their windows: BuildKit looks whether the session is alive', async () => {
    for (let time = 0; time < 6; time++) {
      const waiting = caller.call('/hold');
      for (let size = 0; size < 5; size++) void waiting.say(Buffer.alloc(2 ** 20));
    }
    await expect.poll(() => caller.socket.bytesRead, { timeout: 5000 }).toBeGreaterThan(23 * 2 ** 20);
    const call = caller.call('/echo');
    void call.say(Buffer.from('alive'));
    expect(text(await call.receive())).toBe('alive');
  });
});
