import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { rendererFile } from '../web/renderer-files.ts';
import { securityHeaders } from '../web/security-headers.ts';
import { appScheme, isAppUrl } from './app-address.ts';

/** Before the app is ready: pages of the scheme have an origin of their own, as on https. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built renderer at `app://layerscope/`, and nothing else. */
export function serveApp(rendererFolder: string): void {
  protocol.handle(appScheme, (request) => answer(request, rendererFolder));
}

async function answer({ url, method }: Request, rendererFolder: string): Promise<Response> {
  const headers = securityHeaders();
  if (!isAppUrl(url) || method !== 'GET') return new Response('Refused', { status: 403, headers });
  const file = rendererFile(rendererFolder, new URL(url).pathname);
  if (!file) return new Response('Not found', { status: 404, headers });
  try {
    // fs reads inside app.asar too, and checks its integrity.
    return new Response(await readFile(file.path), {
      headers: { ...headers, 'Content-Type': file.contentType, 'Cache-Control': file.cacheControl },
    });
  } catch (error) {
    console.error(`${url} could not be read:`, error);
    return new Response('Not found', { status: 404, headers });
  }
}
