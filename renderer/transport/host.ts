import type { Api } from '../../shared/api/contract.ts';

/** `refused`: the host answers but not to us, the token is of an earlier start. */
export type ConnectionState = 'connecting' | 'connected' | 'lost' | 'refused';

/** Changes identity with every change; `generation` counts connections, so views know when to ask again. */
export interface ConnectionStatus {
  readonly state: ConnectionState;
  readonly generation: number;
}

/** The engine and what surrounds it, the same in the desktop window and in a browser. */
export interface Host {
  readonly kind: 'desktop' | 'web';
  /** Stays the same across reconnections; without a connection its calls fail with `connection-lost`. */
  readonly api: Api;
  /** The native dialogs; only on the desktop. */
  pickFolder?(): Promise<string | undefined>;
  pickArchive?(): Promise<string | undefined>;
  /** Absolute path of a dropped file or folder; only on the desktop. */
  pathOfFile?(file: File): string;
  status(): ConnectionStatus;
  /** Calls back after every change of status; returns how to stop. */
  onStatus(listener: () => void): () => void;
}
