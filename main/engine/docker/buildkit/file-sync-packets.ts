import { bytesOf, encodeFields, fieldsOf, numberOf } from './protobuf.ts';

/** Something of a folder that BuildKit synchronises. */
export interface SyncEntry {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'fifo' | 'character-device' | 'block-device';
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  /** ms since the epoch. */
  readonly mtimeMs: number;
  /** Added to it, ns, within its second: so that BuildKit takes the file for another one. */
  readonly nudge?: number;
  /** Bytes of a file. */
  readonly size: number;
  /** Where a symbolic link points. */
  readonly target?: string;
  readonly device?: number;
}

/** `PacketType` of fsutil's types/wire.proto. */
const PacketType = { stat: 0, request: 1, data: 2, fin: 3, error: 4 } as const;

/** Go's os.FileMode: what stands beside the nine permission bits. */
const goMode = {
  file: 0,
  directory: 2 ** 31,
  symlink: 2 ** 27,
  'block-device': 2 ** 26,
  'character-device': 2 ** 26 + 2 ** 21,
  fifo: 2 ** 25,
} as const satisfies Record<SyncEntry['type'], number>;
const goSetuid = 2 ** 23;
const goSetgid = 2 ** 22;
const goSticky = 2 ** 20;

/** What the receiver has to say. */
export type SyncRequest =
  | { readonly type: 'request'; readonly id: number }
  | { readonly type: 'fin' }
  | { readonly type: 'error'; readonly message: string };

/** Throws a RangeError for what is no packet of a receiver. */
export function decodeRequest(message: Uint8Array): SyncRequest {
  let type = 0;
  let id = 0;
  let data: Uint8Array = new Uint8Array();
  for (const field of fieldsOf(message)) {
    if (field.number === 1) type = numberOf(field);
    if (field.number === 3) id = numberOf(field);
    if (field.number === 4) data = bytesOf(field);
  }
  if (type === PacketType.request) return { type: 'request', id };
  if (type === PacketType.fin) return { type: 'fin' };
  if (type === PacketType.error) return { type: 'error', message: Buffer.from(data).toString() };
  throw new RangeError(`A receiver of files sends no packet of type ${type}`);
}

/** What an entry is, with owner 0:0. */
export function statPacket(entry: SyncEntry): Buffer {
  const { path, type, mode, mtimeMs, nudge = 0, size, target = '', device = 0 } = entry;
  return encodeFields([
    [
      2,
      encodeFields([
        [1, path],
        [2, goModeOf(type, mode)],
        // BuildKit holds a link's size against the length of what it has.
        [5, type === 'symlink' ? Buffer.byteLength(target) : size],
        [6, nanoseconds(mtimeMs, nudge)],
        [7, target],
        // Linux's makedev: 12 bits of major above the low 8 of minor, the rest of minor above both.
        [8, Math.floor(device / 256) & 0xfff],
        [9, (device & 0xff) | (Math.floor(device / 4096) & 0xfff00)],
      ]),
    ],
  ]);
}

/** No entry follows. */
export const lastStatPacket = Buffer.alloc(0);
export const finPacket = encodeFields([[1, PacketType.fin]]);

/** The next bytes of a file; none: it has no more. */
export function dataPacket(id: number, data: Uint8Array): Buffer {
  return encodeFields([
    [1, PacketType.data],
    [3, id],
    [4, data],
  ]);
}

export function errorPacket(message: string): Buffer {
  return encodeFields([
    [1, PacketType.error],
    [4, message],
  ]);
}

function goModeOf(type: SyncEntry['type'], mode: number): number {
  let go = goMode[type] + (mode & 0o777);
  if (mode & 0o4000) go += goSetuid;
  if (mode & 0o2000) go += goSetgid;
  if (mode & 0o1000) go += goSticky;
  return go;
}

/** As int64. A double has a quarter of a microsecond of these days: enough to tell two changes of a file apart. */
function nanoseconds(ms: number, nudge: number): bigint {
  const seconds = Math.floor(ms / 1000);
  const below = (Math.round((ms - seconds * 1000) * 1_000_000) + nudge) % 1_000_000_000;
  return BigInt.asUintN(64, BigInt(seconds) * 1_000_000_000n + BigInt(below));
}
