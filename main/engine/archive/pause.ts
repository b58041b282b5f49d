import { cancelled } from '../../../shared/api/errors.ts';

/** Tells whether work is still wanted; an AbortSignal is one. */
export interface Stop {
  readonly aborted: boolean;
}

/** Lets everything else that waits have its turn; throws `cancelled` where the work is no longer wanted. */
export async function pause(stop: Stop | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (stop?.aborted) throw cancelled();
}
