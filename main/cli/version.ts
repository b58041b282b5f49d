import manifest from '../../package.json' with { type: 'json' };

/** What `--version` prints. */
export const version: string = manifest.version;
