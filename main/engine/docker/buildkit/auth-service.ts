import type { Credentials } from '../credentials.ts';
import { type GrpcMethods, unary } from './grpc-server.ts';
import { encodeFields, fieldsOf, textOf } from './protobuf.ts';

/**
 * Registry credentials, for what a build pulls (`moby.filesync.v1.Auth`). What is not served here (`FetchToken`,
 * `GetTokenAuthority`) makes BuildKit get its tokens itself, with these. They are looked up once for each registry.
 */
export function authService(
  credentials: (registry: string) => Promise<Credentials | undefined>,
): GrpcMethods {
  // BuildKit asks for every image and every layer; a credential helper is a program that may ask its person.
  const asked = new Map<string, Promise<Credentials | undefined>>();
  const ask = (host: string) => {
    const answer = asked.get(host) ?? credentials(host);
    asked.set(host, answer);
    return answer;
  };
  return {
    '/moby.filesync.v1.Auth/Credentials': unary(async (request) => {
      const [host] = [...fieldsOf(request)].filter((field) => field.number === 1).map(textOf);
      const found = host === undefined ? undefined : await ask(host);
      if (!found) return Buffer.alloc(0);
      // An identity token goes without a user name, as the docker command sends it.
      return found.identityToken
        ? encodeFields([[2, found.identityToken]])
        : encodeFields([
            [1, found.username],
            [2, found.password],
          ]);
    }),
  };
}
