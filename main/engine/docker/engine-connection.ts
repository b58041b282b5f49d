import type { DockerEngine } from './docker-engine.ts';

export interface EngineConnection {
  /** The engine that answers; connects when there is none yet, or again when `fresh` is asked for. */
  engine(options?: { readonly fresh?: boolean }): Promise<DockerEngine>;
  close(): Promise<void>;
}

/** Connects when an engine is first needed, so that archives open without one, and notices one that came later. */
export function createEngineConnection(options: {
  readonly dockerHost?: string;
  readonly dockerContext?: string;
}): EngineConnection {
  let connected: Promise<DockerEngine> | undefined;

  return {
    async engine({ fresh = false } = {}) {
      if (fresh || !connected) connected = connect(options);
      const attempt = connected;
      try {
        return await attempt;
      } catch (error) {
        // A failure is not remembered: the engine may be started at any moment.
        if (connected === attempt) connected = undefined;
        throw error;
      }
    },
    async close() {
      connected = undefined;
    },
  };
}

/** Loaded with the first connection: HTTP with all it brings takes 20 MB and 20 ms that an archive does not need. */
async function connect(options: Parameters<typeof createEngineConnection>[0]): Promise<DockerEngine> {
  const { connectEngine } = await import('./connect-engine.ts');
  return connectEngine(options);
}
