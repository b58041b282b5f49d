import { desktopHost } from './desktop-host.ts';
import type { Host } from './host.ts';
import { takeToken } from './token.ts';
import { webHost } from './web-host.ts';

/** Picks Electron or WebSocket, once. Undefined: a browser that came without the token of the printed address. */
export function connectToHost(): Host | undefined {
  if (window.layerscope) return desktopHost(window.layerscope, window);
  const token = takeToken(window.location, window.history, window.sessionStorage);
  return token === undefined ? undefined : webHost(token, window.location);
}
