import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RawServer extends AsyncDisposable {
  /** `unix:///…/engine.sock` or `tcp://127.0.0.1:PORT`. */
  readonly url: string;
  /** `METHOD PATH` of what was asked, in order. */
  readonly requests: readonly string[];
}

/**
 * An HTTP server on a real socket that answers the two questions of connectEngine as an engine would and leaves
 * the rest to the test: for what a healthy engine cannot be made to do.
 */
export async function startRawServer(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  version: Readonly<Record<string, string>> = {},
  { tcp = false } = {},
): Promise<RawServer> {
  const folder = await mkdtemp(join(tmpdir(), 'layerscope-docker-'));
  const path = join(folder, 'engine.sock');
  const requests: string[] = [];
  const answer: RequestListener = (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const json = (value: unknown) =>
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value));
    if (request.url === '/version') {
      json({
        Version: '99.0',
        ApiVersion: '1.99',
        MinAPIVersion: '1.44',
        Os: 'linux',
        Arch: 'amd64',
        ...version,
      });
    } else if (request.url?.endsWith('/info')) json({ DriverStatus: [['Backing Filesystem', 'extfs']] });
    else listener(request, response);
  };
  const server = createServer(answer);
  // No session: the engine says so, and the build goes on without.
  server.on('upgrade', (_request, socket) =>
    socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'),
  );
  await new Promise<void>((resolve) =>
    tcp ? server.listen(0, '127.0.0.1', resolve) : server.listen(path, resolve),
  );
  const address = server.address();
  return {
    url: address && typeof address === 'object' ? `tcp://127.0.0.1:${address.port}` : `unix://${path}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
