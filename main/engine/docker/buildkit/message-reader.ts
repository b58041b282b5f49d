import type { ServerHttp2Stream } from 'node:http2';
import { GrpcError, GrpcStatus } from './grpc-status.ts';

/** A message of which the first bytes have come. */
export interface ArrivingMessage {
  /** Bytes of all of it. */
  readonly length: number;
  /** Its first bytes, 256 at most. */
  readonly head: Uint8Array;
  /** All of it. Rejects when the call breaks off before that. */
  whole(): Promise<Uint8Array>;
}

/** A message's prefix: whether it is compressed, which nobody asked for, and its length. */
export const prefixBytes = 5;
const headBytes = 256;

/**
 * The messages of a gRPC call, whatever pieces they arrive in. What nobody asks for stays with the caller, but for what
 * the HTTP/2 windows let through.
 */
export class MessageReader {
  readonly #bytes: ByteReader;
  readonly #maxMessage: number;
  #last: ArrivingMessage | undefined;

  constructor(stream: ServerHttp2Stream, maxMessage: number) {
    this.#bytes = new ByteReader(stream);
    this.#maxMessage = maxMessage;
  }

  /**
   * The next message; undefined when the caller has no more. Rejects when the call broke off, for a message that is
   * compressed, and for one that is too long.
   *
   * @param spare memory to put the message into if it is large enough
   */
  async next(spare?: Uint8Array): Promise<ArrivingMessage | undefined> {
    await this.#last?.whole();
    const prefix = Buffer.alloc(prefixBytes);
    const got = await this.#bytes.fill(prefix);
    if (got === 0) return undefined;
    if (got < prefixBytes) throw brokenOff();
    if (prefix[0] !== 0) throw new GrpcError(GrpcStatus.unimplemented, 'Compressed messages are not read');
    const length = prefix.readUInt32BE(1);
    if (length > this.#maxMessage) {
      throw new GrpcError(GrpcStatus.internal, `A message of ${length} bytes is too long`);
    }
    const bytes =
      spare && spare.length >= length ? spare.subarray(0, length) : Buffer.allocUnsafeSlow(length);
    const head = bytes.subarray(0, headBytes);
    await this.#fill(head);
    let whole: Promise<Uint8Array> | undefined;
    this.#last = {
      length,
      head,
      whole: () => (whole ??= this.#fill(bytes.subarray(head.length)).then(() => bytes)),
    };
    return this.#last;
  }

  /** Passes over whatever else comes, without which the stream would not close. */
  discard(): void {
    this.#bytes.discard();
  }

  async #fill(target: Uint8Array): Promise<void> {
    if ((await this.#bytes.fill(target)) < target.length) throw brokenOff();
  }
}

function brokenOff(): GrpcError {
  return new GrpcError(GrpcStatus.cancelled, 'The call broke off');
}

interface Wanted {
  readonly target: Uint8Array;
  filled: number;
  readonly resolve: (filled: number) => void;
  readonly reject: (error: Error) => void;
}

/** Takes bytes off a stream, which flows only while somebody waits for them. */
class ByteReader {
  readonly #stream: ServerHttp2Stream;
  /** What came and nobody has asked for yet. */
  #rest: Uint8Array = new Uint8Array();
  #wanted: Wanted | undefined;
  #discarding = false;
  #over: 'ended' | 'broken' | undefined;

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
    stream.on('data', (chunk: Uint8Array) => this.#take(chunk));
    stream.on('end', () => this.#end('ended'));
    // Where the call is reset the stream ends as well, as if nothing had been.
    stream.on('aborted', () => this.#end('broken'));
    stream.on('close', () => this.#end('broken'));
    stream.pause();
  }

  /** Resolves with the number of bytes, which are fewer than asked for only at the end; rejects when the call broke off. */
  fill(target: Uint8Array): Promise<number> {
    if (this.#over === 'broken') return Promise.reject(brokenOff());
    const filled = copy(this.#rest, target);
    this.#rest = this.#rest.subarray(filled);
    if (filled === target.length || this.#over) return Promise.resolve(filled);
    return new Promise((resolve, reject) => {
      this.#wanted = { target, filled, resolve, reject };
      this.#stream.resume();
    });
  }

  discard(): void {
    this.#discarding = true;
    this.#rest = new Uint8Array();
    this.#stream.resume();
  }

  #take(chunk: Uint8Array): void {
    if (this.#discarding || this.#over === 'broken') return;
    const wanted = this.#wanted;
    const taken = wanted ? copy(chunk, wanted.target.subarray(wanted.filled)) : 0;
    if (wanted) wanted.filled += taken;
    if (wanted && wanted.filled < wanted.target.length) return;
    this.#rest = chunk.subarray(taken);
    this.#stream.pause();
    this.#wanted = undefined;
    wanted?.resolve(wanted.filled);
  }

  #end(how: 'ended' | 'broken'): void {
    if (this.#over) return;
    this.#over = how;
    const wanted = this.#wanted;
    this.#wanted = undefined;
    if (how === 'ended') wanted?.resolve(wanted.filled);
    else {
      this.#rest = new Uint8Array();
      wanted?.reject(brokenOff());
    }
  }
}

/** As many bytes as fit; how many. */
function copy(from: Uint8Array, to: Uint8Array): number {
  const length = Math.min(from.length, to.length);
  to.set(length === from.length ? from : from.subarray(0, length));
  return length;
}
