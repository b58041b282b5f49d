import { z } from 'zod';

/** What `serve --json` prints once it listens. */
export const AddressDocument = z.object({
  schema: z.literal('layerscope/address@1'),
  /** With the token in its fragment. */
  url: z.string(),
});
export type AddressDocument = z.infer<typeof AddressDocument>;
