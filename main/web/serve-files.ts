import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isOwnHost, ownHosts } from './own-host.ts';
import { rendererFile } from './renderer-files.ts';
import { securityHeaders } from './security-headers.ts';

/** Answers one request for a file of the renderer. There is nothing else to ask for over plain HTTP. */
export async function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  rendererFolder: string,
  port: number,
): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders(ownHosts(port).map((host) => `ws://${host}`)))) {
    response.setHeader(name, value);
  }
  if (!isOwnHost(request.headers.host, port)) {
    return refuse(response, 403, 'Layerscope answers 127.0.0.1 and localhost only.');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(response, 405, 'Only GET and HEAD are answered.');
  }
  // Only the path counts: the app's own addresses carry their state in the query.
  const file = rendererFile(rendererFolder, (request.url ?? '/').replace(/[?#].*$/s, ''));
  const contents = file && (await readIfThere(file.path));
  if (!file || !contents) return refuse(response, 404, 'There is no such file.');
  response.writeHead(200, {
    'Content-Type': file.contentType,
    'Content-Length': contents.byteLength,
    'Cache-Control': file.cacheControl,
  });
  response.end(request.method === 'HEAD' ? undefined : contents);
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR' || code === 'ENAMETOOLONG')
      return undefined;
    throw error;
  }
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`${text}\n`);
}
