import type { Channel } from '../../shared/api/connection.ts';
import { type DesktopBridge, desktopPort, desktopReady } from '../../shared/api/desktop-bridge.ts';
import type { Host } from './host.ts';
import { reconnecting } from './reconnecting.ts';

/** The engine in a process beside this window, through a MessagePort that the preload hands over. */
export function desktopHost(bridge: DesktopBridge, page: Window): Host {
  return {
    kind: 'desktop',
    pickFolder: () => bridge.pickFolder(),
    pickArchive: () => bridge.pickArchive(),
    pathOfFile: (file) => bridge.pathOfFile(file),
    ...reconnecting(() => dial(page)),
  };
}

function dial(page: Window): Promise<Channel> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent<unknown>) => {
      const [port] = event.ports;
      if (event.source !== page || event.data !== desktopPort || !port) return;
      page.removeEventListener('message', listen);
      resolve(portChannel(port));
    };
    page.addEventListener('message', listen);
    page.postMessage(desktopReady, page.location.origin);
  });
}

function portChannel(port: MessagePort): Channel {
  return {
    send: (message) => port.postMessage(message),
    onMessage(listener) {
      port.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data));
      port.start();
    },
    // Chromium tells when the other end is gone: the engine's process ended.
    onClose: (listener) => port.addEventListener('close', () => listener(), { once: true }),
  };
}
