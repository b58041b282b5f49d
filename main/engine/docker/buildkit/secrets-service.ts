import { GrpcError, type GrpcMethods, GrpcStatus, unary } from './grpc-server.ts';
import { encodeFields, fieldsOf, textOf } from './protobuf.ts';

/**
 * What `RUN --mount=type=secret` asks for (`moby.buildkit.secrets.v1.Secrets`). `read` has undefined for a secret that was
 * not given: then a mount with `required` fails, and any other goes on without the file.
 */
export function secretsService(read: (id: string) => Promise<Uint8Array | undefined>): GrpcMethods {
  return {
    '/moby.buildkit.secrets.v1.Secrets/GetSecret': unary(async (request) => {
      const [id = ''] = [...fieldsOf(request)].filter((field) => field.number === 1).map(textOf);
      const value = await read(id);
      if (!value) throw new GrpcError(GrpcStatus.notFound, `secret ${id}: not found`);
      return encodeFields([[1, value]]);
    }),
  };
}
