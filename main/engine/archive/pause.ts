import { cancelled } from '../../../shared/api/errors.ts';

/** Lets everything else that waits have its turn; throws `cancelled` where the work is no longer wanted. */
export async function pause(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal?.aborted) throw cancelled();
}
