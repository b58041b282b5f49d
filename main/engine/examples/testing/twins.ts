import { join } from 'node:path';
import { root } from '../../testing/real-engine.ts';

/**
 * Where the twins of an example's Dockerfiles are: those with a RUN that needs a host which tests cannot count on.
 * A twin differs in such lines only, and each of them says so in a comment of its shell.
 */
export const twinFolder = (example: string) => join(root, 'e2e/twins', example);

/** What a RUN of a twin ends with. */
export const NEEDS_A_HOST = /\s# needs a host: [^#]+$/;
