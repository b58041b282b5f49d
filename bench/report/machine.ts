import { availableParallelism, totalmem } from 'node:os';
import { diveVersion, goVersion } from '../programs.ts';

/** Where it was measured: nothing that tells whose machine it is. */
export interface Machine {
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  /** Versions; null where the program is not there. */
  readonly node: string;
  readonly go: string | null;
  readonly dive: string;
  /** YYYY-MM-DD. */
  readonly date: string;
}

export function thisMachine(): Machine {
  return {
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}/${process.arch}`,
    node: process.versions.node,
    go: goVersion(),
    dive: diveVersion,
    date: new Date().toISOString().slice(0, 10),
  };
}
