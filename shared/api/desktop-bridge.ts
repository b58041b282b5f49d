/**
 * What the desktop's preload puts on `window.layerscope`. Everything else goes through the MessagePort that the
 * preload posts as `layerscope:port` after the page has posted `layerscope:ready`.
 */
export interface DesktopBridge {
  readonly kind: 'desktop';
  /** The native dialog; undefined when it is cancelled. */
  pickFolder(): Promise<string | undefined>;
  pickArchive(): Promise<string | undefined>;
  /** Absolute path of a file that was dropped on the window. */
  pathOfFile(file: File): string;
}

/** Messages between page and preload, by `window.postMessage`. */
export const desktopReady = 'layerscope:ready';
export const desktopPort = 'layerscope:port';
