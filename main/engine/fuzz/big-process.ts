// Reads one archive and tells what came of it and how much memory this whole process took: see big-cases.ts.
import { look } from './look.ts';

export interface BigOrder {
  readonly path: string;
  readonly verify: boolean;
}

export interface BigOutcome {
  /** Bytes that the image stores; null where they are not known; the error's code. */
  readonly outcome: number | string | null;
  readonly message?: string;
  /** Peak of resident memory, bytes. */
  readonly peak: number;
}

process.once('message', async ({ path, verify }: BigOrder) => {
  const seen = await look(path, {}, verify);
  const outcome: BigOutcome = {
    outcome: seen.error ? seen.error.code : seen.facts.sizes.stored,
    ...(seen.error && { message: seen.error.message }),
    peak: process.resourceUsage().maxRSS * 1024,
  };
  process.send!(outcome);
  process.disconnect();
});
