import {
  dataPacket,
  decodeRequest,
  errorPacket,
  finPacket,
  lastStatPacket,
  type SyncEntry,
  statPacket,
} from './file-sync-packets.ts';
import type { GrpcCall, GrpcMethods } from './grpc-server.ts';
import { GrpcError, GrpcStatus } from './grpc-server.ts';

export type { SyncEntry } from './file-sync-packets.ts';

/** A folder as BuildKit gets to see it. */
export interface SyncFolder {
  /** Each folder before what it holds, which follows at once; the names of a folder in byte order. They stay as they are. */
  readonly entries: readonly SyncEntry[];
  /**
   * The content of the file that stands at `index` among the entries; asked for once a call, several at the same time. A
   * large one comes in pieces, each of which may be written over when the next one is asked for.
   */
  read(index: number): Promise<Uint8Array | AsyncIterable<Uint8Array>>;
}

const ignoreFile = '.dockerignore';

/** Entries told, and files read, before one write. */
const statsInWrite = 256;
const filesInWrite = 32;
/** What is told of entries, for the builds of other targets; of at most so many, which take 5 MB. */
const statsOf = new WeakMap<readonly SyncEntry[], Buffer[][]>();
const rememberedStats = 50_000;
/** Batches of files in the making: while one is sent, others are read. */
const batches = 3;

/**
 * Lets BuildKit fetch folders of ours (`moby.filesync.v1.FileSync`, with the protocol of tonistiigi/fsutil): it is told what
 * there is, holds that against what it has by size, time and mode, and asks for the files that differ.
 *
 * It also says which paths it wants and which not. All are told anyhow: what it is not told it removes from what it keeps, and
 * another target of the Dockerfile would have these files sent again. Only the ignore file alone is for a look: all of what is
 * told then is asked for.
 *
 * @param folders by the names that BuildKit has for them: `context`, `dockerfile`
 */
export function fileSync(folders: Readonly<Record<string, SyncFolder>>): GrpcMethods {
  return {
    '/moby.filesync.v1.FileSync/DiffCopy': {
      answer: async (call) => {
        const name = String(call.metadata['dir-name'] ?? '');
        const folder = Object.hasOwn(folders, name) ? folders[name] : undefined;
        if (!folder) throw new GrpcError(GrpcStatus.notFound, `There is no folder ${name}`);
        const isIgnoreLookUp = call.metadata.followpaths === ignoreFile;
        await sendFolder(call, isIgnoreLookUp ? only(folder, ignoreFile) : folder);
        return undefined;
      },
    },
  };
}

function only(folder: SyncFolder, path: string): SyncFolder {
  const at = folder.entries.findIndex((entry) => entry.path === path);
  return { entries: at === -1 ? [] : [folder.entries[at]!], read: () => folder.read(at) };
}

async function sendFolder(call: GrpcCall, folder: SyncFolder): Promise<void> {
  const queue = new RequestQueue();
  // What fails first ends the others, at their next step.
  const attempt = async (work: Promise<void>) => {
    try {
      await work;
    } catch (error) {
      queue.close();
      throw error;
    }
  };
  const sending = Array.from({ length: batches }, () => attempt(sendFiles(call, folder, queue)));
  try {
    await Promise.all([
      attempt(sendStats(call, folder, queue)),
      attempt(takeRequests(call, folder, queue)),
      ...sending,
    ]);
  } catch (error) {
    // It may be gone, which is why this failed.
    await call.send(errorPacket(messageOf(error))).catch(() => undefined);
    throw error;
  }
  await call.send(finPacket);
}

async function sendStats(call: GrpcCall, { entries }: SyncFolder, queue: RequestQueue): Promise<void> {
  for (const batch of statBatches(entries)) {
    if (queue.closed) return;
    await call.send(...batch);
  }
  if (!queue.closed) await call.send(lastStatPacket);
}

function* statBatches(entries: readonly SyncEntry[]): Generator<Buffer[]> {
  const isRemembered = entries.length <= rememberedStats;
  const batches = statsOf.get(entries) ?? [];
  if (isRemembered) statsOf.set(entries, batches);
  for (let from = 0; from < entries.length; from += statsInWrite) {
    const at = from / statsInWrite;
    const batch = batches[at] ?? entries.slice(from, from + statsInWrite).map(statPacket);
    if (isRemembered) batches[at] = batch;
    yield batch;
  }
}

/** Ends with the receiver's word that it has all it wanted. */
async function takeRequests(call: GrpcCall, { entries }: SyncFolder, queue: RequestQueue): Promise<void> {
  for (;;) {
    const message = await call.next();
    if (!message) throw new GrpcError(GrpcStatus.unavailable, 'The receiver of files went away');
    const request = decodeRequest(message);
    if (request.type === 'error') throw new GrpcError(GrpcStatus.unavailable, request.message);
    if (request.type === 'fin') {
      queue.close();
      return;
    }
    if (entries[request.id]?.type !== 'file') {
      throw new GrpcError(GrpcStatus.internal, `Number ${request.id} is no file`);
    }
    queue.add(request.id);
  }
}

async function sendFiles(call: GrpcCall, folder: SyncFolder, queue: RequestQueue): Promise<void> {
  for (;;) {
    const ids = await queue.take(filesInWrite);
    if (ids.length === 0) return;
    const contents = await Promise.all(ids.map((id) => folder.read(id)));
    let packets: Uint8Array[] = [];
    for (const [at, id] of ids.entries()) {
      const content = contents[at]!;
      if (content instanceof Uint8Array) {
        if (content.length > 0) packets.push(dataPacket(id, content));
        packets.push(dataPacket(id, nothing));
        continue;
      }
      if (packets.length > 0) await call.send(...packets);
      packets = [dataPacket(id, nothing)];
      await sendPieces(call, id, content);
    }
    await call.send(...packets);
  }
}

/** The next piece is read while one is sent. */
async function sendPieces(call: GrpcCall, id: number, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  let sent = Promise.resolve();
  for await (const piece of pieces) {
    if (piece.length === 0) continue;
    const packet = dataPacket(id, piece);
    await sent;
    sent = call.send(packet);
    // Whoever awaits it is told.
    sent.catch(() => undefined);
  }
  await sent;
}

const nothing = new Uint8Array();

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Numbers of the files that were asked for, in that order. */
class RequestQueue {
  closed = false;
  #ids: number[] = [];
  #taken = 0;
  #waiting: (() => void)[] = [];

  add(id: number): void {
    this.#ids.push(id);
    this.#waiting.shift()?.();
  }

  /** Up to so many; none when the queue is closed. Waits for the first. */
  async take(most: number): Promise<number[]> {
    while (this.#taken === this.#ids.length && !this.closed) {
      this.#ids = [];
      this.#taken = 0;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.closed) return [];
    const ids = this.#ids.slice(this.#taken, this.#taken + most);
    this.#taken += ids.length;
    return ids;
  }

  /** Whatever was not taken yet is not wanted any more. */
  close(): void {
    this.closed = true;
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
