/**
 * What editors keep beside a file while somebody works on it: swap files, backups and locks of vim, emacs, Kate and the
 * JetBrains IDEs. The list is that of Docker Compose's own watch (tilt, EphemeralPathMatcher).
 */
const TEMPORARY = [
  /^\..*\.sw[pxonm]$/,
  /^4913$/,
  /~$/,
  /^\.#/,
  /^#.*#$/,
  /\.kate-swp$/,
  /___jb_(?:old|tmp)___$/,
];

/**
 * Whether a file is of the kind that appears and goes while a file is edited. It is sent with the next build where
 * `.dockerignore` lets it, but is no reason for one: each few words typed would be.
 */
export function isTemporaryFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return TEMPORARY.some((pattern) => pattern.test(name));
}
