import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Handlers } from '../../shared/api/contract.ts';
import { LayerscopeError } from '../../shared/api/errors.ts';
import { acceptSockets } from './accept-sockets.ts';
import { createToken } from './access-token.ts';
import { serveFile } from './serve-files.ts';

/** An `import` of node:http would load all it can give, which takes 40 ms (nodejs 24). */
const { createServer } = process.getBuiltinModule('node:http');

export interface WebHostOptions {
  readonly handlers: Handlers;
  /** Where the built renderer lies: `out/renderer`. */
  readonly rendererFolder: string;
  /** 0 or undefined for a free one. */
  readonly port?: number | undefined;
  /** Address inside the app that is opened: `/project?folder=…`. */
  readonly route?: string;
  /** Also validate what the engine answers. */
  readonly strict?: boolean;
}

export interface WebHost {
  /** With the token: whoever has it may use the engine. */
  readonly url: string;
  /** Cuts the pages off and stops listening; the engine stays. */
  close(): Promise<void>;
}

/**
 * Serves the renderer and the engine on 127.0.0.1. The token is in the fragment, which browsers send to nobody.
 *
 * @throws LayerscopeError `usage` when the port cannot be had
 */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const { handlers, rendererFolder, route = '/', strict = false } = options;
  const server = createServer();
  const port = await listen(server, options.port ?? 0);
  const token = createToken();
  server.on('request', (request, response) => {
    serveFile(request, response, rendererFolder, port).catch((error: unknown) => {
      process.stderr.write(`layerscope: warning: ${request.url} could not be served: ${String(error)}\n`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const sockets = acceptSockets(server, handlers, { token, port, strict });
  return {
    url: `http://127.0.0.1:${port}${route}#token=${token}`,
    close() {
      sockets.close();
      return new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new LayerscopeError({
          code: 'usage',
          message:
            error.code === 'EADDRINUSE'
              ? `Port ${port} is in use by another program`
              : `Port ${port} cannot be used: ${error.message}`,
          hint: 'Choose another with --port, or leave it out for a free one',
        }),
      );
    });
    server.listen({ port, host: '127.0.0.1' }, () => resolve((server.address() as AddressInfo).port));
  });
}
