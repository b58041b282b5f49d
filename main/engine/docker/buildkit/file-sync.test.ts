import { once } from 'node:events';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { connect } from 'node:http2';
import { connect as connectSocket, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileSync, type SyncEntry, type SyncFolder } from './file-sync.ts';
import { serveGrpc } from './grpc-server.ts';
import { bytesOf, encodeFields, fieldsOf, numberOf, textOf } from './protobuf.ts';

let folder: SyncFolder;
let server: Server;
let grpc: ClientHttp2Session;

// The engine's side is the client on the connection.
beforeEach(async () => {
  server = createServer((socket) => {
    serveGrpc(socket, fileSync({ context: folder }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  grpc.destroy();
  server.close();
});

const file = (path: string, size: number): SyncEntry => ({
  path,
  type: 'file',
  mode: 0o4644,
  mtimeMs: 1_795_000_000_123.5,
  size,
});

interface Packet {
  readonly type: number;
  readonly id: number;
  readonly data: string;
  readonly stat: Readonly<Record<number, string | number>> | undefined;
}

/** A receiver in the making: what came so far, and a way to answer. */
class Receiver {
  readonly packets: Packet[] = [];
  readonly ended: Promise<string>;
  readonly #stream: ClientHttp2Stream;
  #buffer = Buffer.alloc(0);
  #changed: (() => void) | undefined;

  constructor(dirName: string, followPaths?: readonly string[]) {
    const { port } = server.address() as { port: number };
    const socket = connectSocket(port, '127.0.0.1');
    grpc = connect('http://localhost', { createConnection: () => socket });
    this.#stream = grpc.request({
      ':method': 'POST',
      ':path': '/moby.filesync.v1.FileSync/DiffCopy',
      'content-type': 'application/grpc',
      te: 'trailers',
      'dir-name': dirName,
      ...(followPaths && { followpaths: [...followPaths] }),
    });
    this.ended = new Promise((resolve) => {
      const tell = (headers: NodeJS.Dict<unknown>) =>
        headers['grpc-status'] !== undefined &&
        resolve(`${headers['grpc-status']} ${decodeURIComponent(String(headers['grpc-message'] ?? ''))}`);
      this.#stream.on('response', tell);
      this.#stream.on('trailers', tell);
    });
    this.#stream.on('error', () => undefined);
    this.#stream.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  /** fsutil's packet: its type and number. */
  say(type: number, id = 0): void {
    const message = encodeFields([
      [1, type],
      [3, id],
    ]);
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    this.#stream.write(Buffer.concat([prefix, message]));
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (this.#changed = resolve));
  }

  /** Everything that is said of the folder has come. */
  allStats(): Promise<void> {
    return this.until(() => this.packets.some(({ type, stat }) => type === 0 && !stat));
  }

  content(id: number): string {
    return this.packets
      .filter((packet) => packet.type === 2 && packet.id === id)
      .map(({ data }) => data)
      .join('');
  }

  pause(): void {
    this.#stream.pause();
  }

  leave(): void {
    this.#stream.close(8);
  }

  #take(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    while (this.#buffer.length >= 5) {
      const end = 5 + this.#buffer.readUInt32BE(1);
      if (this.#buffer.length < end) break;
      this.packets.push(decode(this.#buffer.subarray(5, end)));
      this.#buffer = this.#buffer.subarray(end);
    }
    this.#changed?.();
  }
}

function decode(message: Uint8Array): Packet {
  const fields = [...fieldsOf(message)];
  const field = (number: number) => fields.find((each) => each.number === number);
  const stat = field(2);
  return {
    type: field(1) ? numberOf(field(1)!) : 0,
    id: field(3) ? numberOf(field(3)!) : 0,
    data: field(4) ? Buffer.from(bytesOf(field(4)!)).toString('latin1') : '',
    stat:
      stat &&
      Object.fromEntries(
        [...fieldsOf(bytesOf(stat))].map((each) => [
          each.number,
          each.wire === 'varint' ? numberOf(each) : textOf(each),
        ]),
      ),
  };
}

describe('fileSync', () => {
  it('tells what there is, sends what is asked for and ends with the receiver', async () => {
    folder = {
      entries: [
        { path: 'a', type: 'directory', mode: 0o2755, mtimeMs: 1000, size: 0 },
        file('a/empty', 0),
        file('a/é 😀', 2),
        file('large', 6),
        { path: 'link', type: 'symlink', mode: 0o777, mtimeMs: 0, size: 0, target: 'é' },
        { path: 'null', type: 'character-device', mode: 0o1666, mtimeMs: -1, size: 0, device: 259 },
        { path: 'pipe', type: 'fifo', mode: 0, mtimeMs: 0, size: 0 },
      ],
      read: async (index) => {
        if (index === 1) return new Uint8Array();
        if (index === 2) return Buffer.from('hi');
        return (async function* () {
          const piece = Buffer.from('xyz');
          yield piece;
          piece.fill('0');
          yield piece;
        })();
      },
    };
    const receiver = new Receiver('context');
    await receiver.allStats();
    const ns = 1_795_000_000_123_500_000;
    expect(receiver.packets.map(({ stat }) => stat)).toEqual([
      { 1: 'a', 2: 2 ** 31 + 2 ** 22 + 0o755, 6: 1e9 },
      { 1: 'a/empty', 2: 2 ** 23 + 0o644, 6: ns },
      { 1: 'a/é 😀', 2: 2 ** 23 + 0o644, 5: 2, 6: ns },
      { 1: 'large', 2: 2 ** 23 + 0o644, 5: 6, 6: ns },
      { 1: 'link', 2: 2 ** 27 + 0o777, 5: 2, 7: 'é' },
      { 1: 'null', 2: 2 ** 26 + 2 ** 21 + 2 ** 20 + 0o666, 6: -1e6, 8: 1, 9: 3 },
      { 1: 'pipe', 2: 2 ** 25 },
      undefined,
    ]);
    for (const id of [3, 1, 2]) receiver.say(1, id);
    const ends = () => receiver.packets.filter(({ type, data }) => type === 2 && data === '');
    await receiver.until(() => ends().length === 3);
    expect([1, 2, 3].map((id) => receiver.content(id))).toEqual(['', 'hi', 'xyz000']);
    receiver.say(3);
    expect(await receiver.ended).toBe('0 ');
    expect(receiver.packets.at(-1)).toMatchObject({ type: 3 });
  });

  it('fails with what reading fails with, and says so', async () => {
    folder = {
      entries: [file('a', 1), file('b', 1)],
      read: async (index) => {
        if (index === 1) throw new Error('"b" is gone');
        return Buffer.from('a');
      },
    };
    const receiver = new Receiver('context');
    receiver.say(1, 1);
    expect(await receiver.ended).toBe('13 Error: "b" is gone');
    expect(receiver.packets).toContainEqual({ type: 4, id: 0, data: '"b" is gone', stat: undefined });
  });

  it('tells all, whatever is wanted of it, but where the ignore file is looked for', async () => {
    const entries = [file('.dockerignore', 1), file('a', 1)];
    const toldOf = async (followPaths: readonly string[]) => {
      const receiver = new Receiver('context', followPaths);
      await receiver.allStats();
      const told = receiver.packets.flatMap(({ stat }) => stat?.[1] ?? []);
      receiver.say(1, 0);
      await receiver.until(() => receiver.content(0) !== '');
      receiver.say(3);
      expect(await receiver.ended).toBe('0 ');
      grpc.destroy();
      return told;
    };
    folder = { entries, read: async (index) => Buffer.from(entries[index]!.path) };
    expect(await toldOf(['a'])).toEqual(['.dockerignore', 'a']);
    expect(await toldOf(['.dockerignore', 'a'])).toEqual(['.dockerignore', 'a']);
    expect(await toldOf(['.dockerignore'])).toEqual(['.dockerignore']);
    // More than goes into one write, told twice.
    folder = { ...folder, entries: Array.from({ length: 600 }, (_, at) => file(`f${1000 + at}`, 1)) };
    const names = folder.entries.map(({ path }) => path);
    for (let time = 0; time < 2; time++) expect(await toldOf([])).toEqual(names);
  });

  it('serves no other folder, and nothing but files', async () => {
    folder = { entries: [{ path: 'a', type: 'directory', mode: 0, mtimeMs: 0, size: 0 }], read: unread };
    expect(await new Receiver('__proto__').ended).toMatch(/^5 /);
    grpc.destroy();
    for (const id of [0, 1, 2 ** 32 - 1]) {
      const receiver = new Receiver('context');
      receiver.say(1, id);
      expect(await receiver.ended).toMatch(/^13 .* is no file/);
      grpc.destroy();
    }
  });

  it('reads no more than the receiver takes, and nothing after it has left', async () => {
    let read = 0;
    const piece = Buffer.alloc(65_536);
    folder = {
      entries: Array.from({ length: 400 }, (_, index) => file(`f${index}`, piece.length)),
      read: async () => {
        read++;
        return piece;
      },
    };
    const receiver = new Receiver('context');
    await receiver.allStats();
    receiver.pause();
    for (let id = 0; id < 400; id++) receiver.say(1, id);
    await expect.poll(() => read).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(read).toBeLessThan(250);
    receiver.leave();
    const before = read;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(read).toBeLessThanOrEqual(before);
  });
});

async function unread(): Promise<never> {
  throw new Error('Nothing is to be read');
}
