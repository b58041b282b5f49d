/// <reference types="vite/client" />
import type { DesktopBridge } from '../shared/api/desktop-bridge.ts';

declare global {
  interface Window {
    /** Only where the desktop's preload ran. */
    readonly layerscope?: DesktopBridge;
  }
}
