import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a page must know to talk to the host: 32 random bytes, base64url. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares in a time that tells nothing, whatever the lengths. */
export function isToken(offered: string, token: string): boolean {
  return timingSafeEqual(digest(offered), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
