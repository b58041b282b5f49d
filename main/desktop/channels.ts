/** IPC between preload and main. Everything about images goes through the engine's port instead. */
export const channels = {
  pickFolder: 'layerscope:pick-folder',
  pickArchive: 'layerscope:pick-archive',
  /** The page is ready: main answers with a port to the engine. */
  connect: 'layerscope:connect',
  /** Carries that port. */
  port: 'layerscope:port',
} as const;
