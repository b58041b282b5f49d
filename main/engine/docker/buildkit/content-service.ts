import type { GrpcCall, GrpcMethods } from './grpc-server.ts';
import { GrpcError, GrpcStatus } from './grpc-server.ts';
import { bytesOf, encodeFields, fieldsOf, numberOf, textOf } from './protobuf.ts';

/** A blob that BuildKit would send: a layer as it is stored, an image's config, its manifest. */
export interface BlobOffer {
  /** `sha256:…` of its bytes. */
  readonly digest: string;
  readonly size: number;
}

/** Takes the bytes of one blob in. */
export interface BlobSink {
  /** Resolves when the bytes may be overwritten: until then BuildKit sends no more of this blob. */
  write(bytes: Uint8Array): Promise<void>;
  /** All has come. Rejects where it is not what was offered. */
  end(): Promise<void>;
  /** It will not come to its end. */
  destroy(): void;
}

/** Called once for each blob, before a byte of it travels; `known`: it need not be sent. May take its time. */
export type TakeBlob = (offer: BlobOffer) => Promise<BlobSink | 'known'>;

/** `Action` of containerd's api/services/content/v1/content.proto. */
const Action = { stat: 0, write: 1, commit: 2 } as const;

/** BuildKit sends pieces of 1 MiB; gRPC's usual bound of a message is 4 MiB. */
const maxMessage = 4 * 2 ** 20;

/**
 * containerd's content store, as far as BuildKit's OCI exporter with `tar=false` writes to it: a stream a blob, in lockstep.
 * Its first question tells what would come; ALREADY_EXISTS is the answer for what is known. (UNAVAILABLE would make it
 * ask again and again, other codes fail the build.)
 */
export function contentService(take: TakeBlob): GrpcMethods {
  return {
    '/containerd.services.content.v1.Content/Write': {
      maxMessage,
      answer: (call) => receiveBlob(call, take),
    },
  };
}

async function receiveBlob(call: GrpcCall, take: TakeBlob): Promise<undefined> {
  let sink: BlobSink | undefined;
  let offset = 0;
  let done = false;
  let offer: BlobOffer | undefined;
  try {
    for (let message = await call.next(); message; message = await call.next()) {
      const request = decodeWrite(message);
      offer ??= { digest: request.expected, size: request.total };
      if (!sink) {
        const taken = await take(offer);
        if (taken === 'known') throw new GrpcError(GrpcStatus.alreadyExists, `${offer.digest} is known`);
        sink = taken;
      }
      if (request.data.length > 0) {
        if (request.offset !== offset) {
          throw new GrpcError(
            GrpcStatus.internal,
            `${offer.digest} goes on at ${request.offset}, not at ${offset}`,
          );
        }
        await sink.write(request.data);
        offset += request.data.length;
      }
      if (request.action === Action.commit) {
        await sink.end();
        done = true;
      }
      // What is told back: the action, the bytes so far, how many there will be and the digest.
      const total = done ? offset : offer.size;
      await call.send(
        encodeFields([
          [1, request.action],
          [4, offset],
          [5, total],
          [6, offer.digest],
        ]),
      );
    }
    return undefined;
  } finally {
    if (!done) sink?.destroy();
  }
}

interface WriteRequest {
  readonly action: number;
  /** Bytes of the whole blob. */
  readonly total: number;
  /** Its digest. */
  readonly expected: string;
  readonly offset: number;
  readonly data: Uint8Array;
}

function decodeWrite(message: Uint8Array): WriteRequest {
  let action: number = Action.stat;
  let total = 0;
  let expected = '';
  let offset = 0;
  let data: Uint8Array = new Uint8Array();
  for (const field of fieldsOf(message)) {
    if (field.number === 1) action = numberOf(field);
    if (field.number === 3) total = numberOf(field);
    if (field.number === 4) expected = textOf(field);
    if (field.number === 5) offset = numberOf(field);
    if (field.number === 6) data = bytesOf(field);
  }
  return { action, total, expected, offset, data };
}
